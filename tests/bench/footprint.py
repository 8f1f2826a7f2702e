"""`make footprint`: what cases followed to their end leave and cost, as the sizing table is derived from.

Per case: events, bytes in each schema, in the streams and in the object store, CPU seconds of each process;
and the memory of each process with what it holds then.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import psutil
from devstack.background import Background
from devstack.testing import StackUnderTest
from ops.topology import SERVICES, STORED

from tests.bench.measure import cpu
from tests.faults.history import quiet
from tests.loops import achieve_in_english

CASES = 3
PROCESSES = (*(service.name for service in SERVICES), "postgres", "nats")


async def stored(stack: StackUnderTest) -> dict[str, float]:
    """Return events and bytes kept, by name: `events directory`, `bytes directory`, `log`."""
    connection = await asyncpg.connect(stack.superuser_dsn)
    found: dict[str, float] = {}
    try:
        for service in STORED:
            found[f"events {service.name}"] = await connection.fetchval(
                f"SELECT count(*) FROM {service.package}.outbox"
            )
            found[f"bytes {service.name}"] = await connection.fetchval(
                "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                "WHERE n.nspname = $1 AND relkind = 'r'",
                service.package,
            )
        found["bytes write-ahead log"] = await connection.fetchval("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
    finally:
        await connection.close()
    return {name: float(value or 0) for name, value in found.items()}


def used(stack: StackUnderTest) -> dict[str, float]:
    """Return what every process and folder has used so far."""
    found = {f"cpu {name}": cpu([psutil.Process(stack[name].pid)]) for name in PROCESSES}
    for name, folder in (("blobs", stack.folder / "blobs"), ("streams", stack.nats_folder / "store")):
        found[f"bytes {name}"] = float(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))
    return found


def memory(stack: StackUnderTest) -> dict[str, int]:
    """Return the unshared memory of every process, with what it started, in MiB."""
    found = {}
    for name in PROCESSES:
        process = psutil.Process(stack[name].pid)
        found[name] = sum(each.memory_full_info().uss for each in (process, *process.children(recursive=True))) >> 20
    return found


def difference(after: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Return what one case added."""
    return {name: (after[name] - before[name]) / CASES for name in after}


def measure(stack: StackUnderTest) -> None:
    """Follow cases to their end and print what each of them added."""
    achieve_in_english(stack)
    asyncio.run(quiet(stack.superuser_dsn))
    before, began = {**asyncio.run(stored(stack)), **used(stack)}, time.monotonic()
    for _ in range(CASES):
        achieve_in_english(stack)
    asyncio.run(quiet(stack.superuser_dsn))
    added = difference({**asyncio.run(stored(stack)), **used(stack)}, before)
    sys.stdout.write(f"per case, with a tenant of nine people, {(time.monotonic() - began) / CASES:.0f} s each\n")
    for kind, unit, scale in (("events", "", 1), ("bytes", "KiB", 1024), ("cpu", "s", 1)):
        own = {name.removeprefix(f"{kind} "): value for name, value in added.items() if name.startswith(f"{kind} ")}
        for name, value in own.items():
            sys.stdout.write(f"  {kind:7} {name:20} {value / scale:9.1f} {unit}\n")
        sys.stdout.write(f"  {kind:7} {'all':20} {sum(own.values()) / scale:9.1f} {unit}\n")
    for name, value in memory(stack).items():
        sys.stdout.write(f"  memory  {name:20} {value:9} MiB\n")


def main() -> None:
    """Run the measurement on a stack of its own."""
    background = Background()
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        Path(folder).chmod(0o711)
        stack = StackUnderTest(Path(folder) / "stack", background, Path(".tandem/npm").resolve())
        stack.up()
        try:
            measure(stack)
        finally:
            stack.down()
    background.close()


if __name__ == "__main__":
    main()
