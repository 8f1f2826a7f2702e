"""A TCP proxy to stand between two parts of the stack: it forwards, slows, swallows or refuses what passes."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from devstack.background import Background
from devstack.ports import HOST, any_free

CHUNK = 1 << 16


class FaultProxy:
    """Listens on `port` and forwards to `target`, a port of this machine, as long as nothing else is asked.

    What is asked holds for connections that are open and for new ones, until `heal`.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self.port = any_free(1)[0]
        self.target = 0
        self._delay = 0.0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    def start(self, target: int) -> None:
        """Forward to the target port."""
        self.target = target
        self._run(self._listen())

    def close(self) -> None:
        """Stop listening and cut every connection."""
        self.refuse()

    def slow(self, seconds: float) -> None:
        """Hold back every answer for so long."""
        self._delay = seconds

    def swallow(self) -> None:
        """Forward nothing in either direction and reset nobody; new connections are accepted and hear nothing."""
        self._run(self._set_flowing(False))

    def refuse(self) -> None:
        """Reset every connection and let nobody connect."""
        self._run(self._stop_listening())

    def heal(self) -> None:
        """Forward everything at once again; what was swallowed before arrives late."""
        self._delay = 0.0
        self._run(self._set_flowing(True))
        if self._server is None:
            self._run(self._listen())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._background.run(work)

    async def _set_flowing(self, flowing: bool) -> None:
        if flowing:
            self._flowing.set()
        else:
            self._flowing.clear()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, HOST, self.port, limit=CHUNK)

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._flowing.wait()
            there, to_there = await asyncio.open_connection(HOST, self.target, limit=CHUNK)
        except OSError:
            self._open.discard(writer)
            writer.transport.abort()
            return
        self._open.add(to_there)
        pumps = [self._pump(reader, to_there, slowed=False), self._pump(there, writer, slowed=True)]
        await asyncio.gather(*pumps)
        for each in (writer, to_there):
            self._open.discard(each)
            each.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, slowed: bool) -> None:
        try:
            while data := await source.read(CHUNK):
                await self._flowing.wait()
                if slowed and self._delay:
                    await asyncio.sleep(self._delay)
                sink.write(data)
                await sink.drain()
        except OSError:
            return
        finally:
            sink.close()
