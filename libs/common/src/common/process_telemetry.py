"""What a process says of itself: processor, memory, garbage, and how promptly its event loop turns."""

import asyncio
import gc
from collections.abc import Callable, Sequence

import psutil

from common.database import Database
from common.inbox import Consumer
from common.instrument_kinds import Attributes
from common.instruments import (
    BROKER_CONNECTED,
    EVENT_LOOP_LAG,
    GC_COLLECTIONS,
    POOL_MAX,
    POOL_USE,
    PROCESS_CPU,
    PROCESS_MEMORY,
)
from common.levels import Levels

PAUSE = 0.5


def watch_service(
    database: Database, consumers: Sequence[Consumer], is_connected: Callable[[], bool]
) -> list[asyncio.Task[None]]:
    """Tell of a service and its process from now on; returns what runs for that, to be cancelled in the end."""
    POOL_USE.watch(database.pool_use)
    POOL_MAX.watch(database.pool_max)
    return [*watch_process(is_connected), asyncio.create_task(Levels(database, consumers).run())]


def watch_process(is_connected: Callable[[], bool]) -> list[asyncio.Task[None]]:
    """Tell of this process, and whether it has its broker; returns what runs for that, to be cancelled in the end."""
    process = psutil.Process()
    BROKER_CONNECTED.watch(lambda: [(int(is_connected()), {})])

    def cpu() -> list[tuple[float, Attributes]]:
        times = process.cpu_times()
        return [(times.user + times.system, {})]

    def memory() -> list[tuple[float, Attributes]]:
        return [(process.memory_info().rss, {})]

    PROCESS_CPU.watch(cpu)
    PROCESS_MEMORY.watch(memory)
    GC_COLLECTIONS.watch(_collections)
    return [asyncio.create_task(watch_event_loop())]


async def watch_event_loop() -> None:
    """Measure, until cancelled, how late the event loop wakes a sleeper."""
    loop = asyncio.get_running_loop()
    while True:
        asleep_at = loop.time()
        await asyncio.sleep(PAUSE)
        EVENT_LOOP_LAG.record(max(0.0, loop.time() - asleep_at - PAUSE), {})


def _collections() -> list[tuple[float, Attributes]]:
    return [
        (generation["collections"], {"cpython.gc.generation": number})
        for number, generation in enumerate(gc.get_stats())
    ]
