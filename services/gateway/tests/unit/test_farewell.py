"""A gateway that is told to end asks its clients to leave before it stops listening."""

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from devstack.ports import any_free
from gateway.__main__ import run
from gateway.farewell import Farewell


async def slow(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(float(scope["path"][1:]))
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"whole"})


class Edge(SimpleNamespace):
    draining = False

    def drain(self) -> None:
        self.draining = True


async def test_requests_under_way_and_those_just_after_are_answered_and_then_nobody_is_let_in() -> None:
    (port,) = any_free(1)
    stop, edge = asyncio.Event(), Edge()
    serving = asyncio.create_task(run(slow, edge, f"127.0.0.1:{port}", stop))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        before = await until_answered(client)
        under_way = asyncio.create_task(client.get("/2.5"))
        await asyncio.sleep(0.2)
        stop.set()
        await asyncio.sleep(0.2)
        after = await client.get("/0")
        assert (await under_way).content == after.content == b"whole"
        assert "connection" not in before.headers
        assert after.headers["connection"] == "close"
        await asyncio.wait_for(serving, 10)
        with pytest.raises(httpx2.ConnectError):
            await client.get("/0")


async def until_answered(client: httpx2.AsyncClient) -> httpx2.Response:
    async with asyncio.timeout(10):
        while True:
            try:
                return await client.get("/0")
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)


async def test_http_2_is_left_its_own_words() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "http_version": "2", "path": "/0"}
    await Farewell(slow, Edge(draining=True))(scope, None, send)
    assert sent[0]["headers"] == []
