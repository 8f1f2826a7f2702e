"""How fast a service handles events: `python -m tests.bench.partitions`, on a database and a broker alone."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import nats
from common.clock import Clock
from common.database import Database
from common.events import Event, reaction
from common.ids import new_id
from common.inbox import Consumer
from common.shares import Shares
from common.streams import ensure_consumer, partitions
from devstack.background import Background
from devstack.broker import Broker
from devstack.databases import ServiceDatabases
from devstack.harness import Harness
from devstack.passwords import Passwords
from devstack.programs import InstalledPrograms
from devstack.servers import Servers
from devstack.streams import connected, forget_messages
from ops.roles import ServiceDsns
from tandem.common.v1.steps_pb2 import StepDue

EVENTS, AGGREGATES, ROUNDS = 3000, 300, 2
SHAPES = ((1, 1), (2, 1), (2, 2))
KIND = "directory.step.due.v1"


async def publish(broker: Broker, tenant: str) -> None:
    """Fill the stream: the aggregates' events in turn."""
    aggregates = [str(new_id()) for _ in range(AGGREGATES)]
    now = datetime.now(UTC).isoformat()
    async with connected(broker) as admin:
        js = admin.jetstream()
        for number in range(EVENTS):
            aggregate = aggregates[number % AGGREGATES]
            headers = {
                "ce-id": str(new_id()),
                "ce-source": "directory",
                "ce-type": KIND,
                "ce-time": now,
                "tandem-tenant": tenant,
                "tandem-aggregate": aggregate,
                "tandem-epoch": "1",
                "tandem-sequence": str(number // AGGREGATES + 1),
                "tandem-actor": "bench",
            }
            await js.publish(f"{KIND}.{aggregate}", StepDue().SerializeToString(), headers=headers)


async def read(told: dict[str, str], parts: int) -> None:
    """Be one process of the service: read what falls to it, until nothing is left; prints events and CPU seconds."""
    harness = Harness(Path(told["folder"]))
    dsns = ServiceDsns("scheduling", told["app"], told["worker"], told["owner"])
    database: Database = harness.database(dsns, "scheduling", Clock())
    client = await nats.connect(told["nats"])
    count = 0

    async def handle(database: Database, event: Event[StepDue]) -> None:
        nonlocal count
        async with database.reaction(event):
            count += 1

    shares = Shares(database, told["name"])
    reactions = [reaction(StepDue, handle, sources=frozenset({"directory"}))]
    readers = [
        Consumer(database, client, "directory", reactions, partition=part, lease=shares.lease(part.durable("bench")))
        for part in partitions(parts)
    ]
    began = time.process_time()
    tasks = [asyncio.create_task(worker.run()) for worker in (shares, *readers)]
    while any([await reader.backlog() for reader in readers]):
        await asyncio.sleep(0.1)
    for worker in (*readers, shares):
        worker.stop()
    await asyncio.gather(*tasks)
    await client.close()
    await database.close()
    print(count, time.process_time() - began)


def measure(told: dict[str, str], processes: int, parts: int) -> None:
    """Print events a second, and what one costs in the processes of the service."""
    command = [sys.executable, "-m", "tests.bench.partitions"]
    began = time.monotonic()
    children = [
        subprocess.Popen([*command, json.dumps({**told, "name": str(n)}), str(parts)], stdout=subprocess.PIPE)
        for n in range(processes)
    ]
    told_back = [child.communicate()[0].split() for child in children]
    seconds = time.monotonic() - began
    handled = [int(count) for count, _ in told_back]
    cpu = sum(float(spent) for _, spent in told_back) / sum(handled)
    shape = f"{processes} processes, {parts} partitions"
    print(f"  {shape}: {sum(handled) / seconds:4.0f} events/s, {cpu * 1e3:.2f} ms of CPU each, handled {handled}")


def main() -> None:
    """Measure every shape in turns."""
    background = Background()
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        servers = Servers(InstalledPrograms(), folder, background)
        postgres, broker = servers.postgres(), servers.nats()
        databases = ServiceDatabases(postgres, Passwords(folder / "roles.json"), background)
        try:
            for _ in range(ROUNDS):
                for processes, parts in SHAPES:
                    dsns = databases.clean("scheduling")
                    background.run(forget_messages(broker))
                    background.run(ready(broker, parts))
                    told = {"folder": str(folder / "harness"), "app": dsns.app, "worker": dsns.worker}
                    told |= {"owner": dsns.owner, "nats": broker.url_for("admin")}
                    Harness(folder / "harness")
                    measure(told, processes, parts)
        finally:
            servers.stop()
            background.close()


async def ready(broker: Broker, parts: int) -> None:
    """Make the durables, then fill the stream."""
    async with connected(broker) as admin:
        for part in partitions(parts):
            await ensure_consumer(admin.jetstream(), "directory", part.durable("scheduling"))
    await publish(broker, str(new_id()))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(read(json.loads(sys.argv[1]), int(sys.argv[2])))
    else:
        main()
