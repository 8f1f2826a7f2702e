"""`make bench`: CPU of one write and one read through gateway and service against the floor, alternating in one run.

Tandem is measured without telemetry, and with measurements and a tenth or all of the traces sent to a collector.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import asyncpg
import httpx2
import psutil
from devstack.background import Background
from devstack.ports import any_free
from devstack.testing import StackUnderTest

from tests.bench import floor

ROUNDS = 3
REQUESTS = 1500
CLIENTS = 32
OURS = ("gateway", "directory")
# The share of requests that is traced; None: no telemetry at all.
TRACED = {"off": None, "0.1": 0.1, "1.0": 1.0}
BUDGETED = "0.1"
Request = Callable[[httpx2.AsyncClient, int], Awaitable[httpx2.Response]]


def cpu(processes: Iterable[psutil.Process]) -> float:
    """Return user and system seconds of the processes and what they started."""
    total = 0.0
    for process in processes:
        for each in (process, *process.children(recursive=True)):
            times = each.cpu_times()
            total += times.user + times.system
    return total


async def load(client: httpx2.AsyncClient, request: Request, count: int) -> None:
    """Send `count` requests, `CLIENTS` at a time; every answer must be a success."""
    numbers = iter(range(count))

    async def one() -> None:
        for number in numbers:
            (await request(client, number)).raise_for_status()

    await asyncio.gather(*(one() for _ in range(CLIENTS)))


async def rounds(url: str, headers: dict[str, str], processes: list[psutil.Process], name: str) -> dict[str, float]:
    """Return CPU microseconds of one write and of one read."""
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=30) as client:

        def write(client: httpx2.AsyncClient, _: int) -> Awaitable[httpx2.Response]:
            code = uuid.uuid4().hex
            return client.post("/v1/units", json={"code": code, "name": code}, headers={"Idempotency-Key": code})

        made = (await write(client, 0)).raise_for_status().json()["id"]
        found: dict[str, float] = {}
        for kind, request in (("write", write), ("read", lambda c, _: c.get(f"/v1/units/{made}"))):
            await load(client, request, CLIENTS)
            before = cpu(processes)
            await load(client, request, REQUESTS)
            found[kind] = (cpu(processes) - before) / REQUESTS * 1e6
    sys.stdout.write(f"  {name:10} write {found['write']:7.0f} us   read {found['read']:7.0f} us\n")
    return found


def trace(stack: StackUnderTest, share: float | None) -> None:
    """Start our processes again so that they trace this share of the requests."""
    for name in OURS:
        process = stack[name].process
        kept = {key: value for key, value in process.env.items() if not key.startswith("OTEL_")}
        chosen = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": stack.traces_url,
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": str(share),
        }
        process.env = kept if share is None else {**kept, **chosen}
    for name in reversed(OURS):
        stack[name].restart()


async def measure(stack: StackUnderTest, token: str, floor_url: str, floor_pid: int) -> None:
    """Measure the floor and Tandem in turns, and print medians and ratios."""
    postgres = psutil.Process(stack["postgres"].pid)
    bearer = {"Authorization": f"Bearer {token}"}
    results: dict[str, list[dict[str, float]]] = {name: [] for name in ("floor", *TRACED)}
    for _ in range(ROUNDS):
        results["floor"].append(await rounds(floor_url, {}, [psutil.Process(floor_pid), postgres], "floor"))
        for name, share in TRACED.items():
            trace(stack, share)
            ours = [psutil.Process(stack[each].pid) for each in OURS]
            results[name].append(await rounds(stack.url, bearer, [*ours, postgres], f"traced {name}"))
    for kind in ("write", "read"):
        median = {name: statistics.median(each[kind] for each in found) for name, found in results.items()}
        low, high = median["floor"], median[BUDGETED]
        shares = ", ".join(f"{name}: {median[name] / median['off'] - 1:+.0%}" for name in TRACED if name != "off")
        sys.stdout.write(f"{kind}: floor {low:.0f} us, tandem {high:.0f} us, ratio {high / low:.1f}; ")
        sys.stdout.write(f"telemetry {shares}\n")


async def prepare_floor(stack: StackUnderTest) -> str:
    """Create the floor's database on the same server; returns its URL."""
    connection = await asyncpg.connect(stack.superuser_dsn)
    await connection.execute("CREATE DATABASE floor")
    await connection.close()
    dsn = stack.superuser_dsn.rsplit("/", 1)[0] + "/floor"
    connection = await asyncpg.connect(dsn)
    await connection.execute(floor.SCHEMA)
    await connection.close()
    return dsn


async def run(stack: StackUnderTest, token: str) -> None:
    """Serve the floor beside the stack and measure both."""
    dsn = await prepare_floor(stack)
    port = any_free(1)[0]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "tests.bench.floor:app"),
        env={**os.environ, "FLOOR_DSN": dsn},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient() as client:
            for _ in range(100):
                try:
                    await client.get(url)
                    break
                except httpx2.HTTPError:
                    await asyncio.sleep(0.1)
        await measure(stack, token, url, process.pid)
    finally:
        process.terminate()
        await process.wait()


def main() -> None:
    """Bring directory and gateway up, measure, take them down."""
    background = Background()
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        # Services export only where `trace` says so.
        choices = {"only": ("gateway", "traces"), "traces": False}
        stack = StackUnderTest(folder, background, Path(".tandem/npm").resolve(), **choices)
        stack.up()
        try:
            stack.create_tenant("bench")
            asyncio.run(run(stack, stack.token(stack.issuer("bench"), "admin", expires_in=3600)))
        finally:
            stack.down()
    background.close()


if __name__ == "__main__":
    main()
