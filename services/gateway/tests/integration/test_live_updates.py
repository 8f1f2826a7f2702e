"""Server-sent events: what is so now, what changes, and an end."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from gateway import live
from gateway.calls import ReadCall
from gateway.live import Hints
from gateway.streams import StreamOver, look_again
from starlette.datastructures import Headers
from starlette.requests import Request
from tandem.common.v1 import operations_pb2
from tandem.directory.v1 import facts_pb2

NUMBER = "01935d3a-7c1e-7b52-9d58-0c8f4a1b0007"
ID = f"directory~{NUMBER}"


@pytest.fixture
def operation(neighbour: Any) -> operations_pb2.Operation:
    """An import of three people that goes on by one each time it is looked at."""
    made = operations_pb2.Operation(
        id=NUMBER, kind="import_people", state=operations_pb2.OPERATION_STATE_RUNNING, done=0, total=3
    )
    neighbour.operations[NUMBER] = made
    return made


def _states(text: str) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


@pytest.mark.usefixtures("operation")
async def test_an_operation_is_followed_to_its_end_without_a_broker(
    api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_ALONE", 0.01)
    answer = await api.get(f"/v1/operations/{ID}/events")
    states = _states(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [state["done"] for state in states] == [0, 1, 2, 3]
    assert states[-1]["state"] == "succeeded"


async def test_a_hint_makes_a_watcher_look(edge: Any) -> None:
    topic = ("tenant", "operation", NUMBER)
    with edge.hints.watch(topic) as watcher:
        waiting = asyncio.ensure_future(anext(watcher.rounds()))
        await asyncio.sleep(0)
        edge.hints.tell(("another tenant", "operation", NUMBER))
        edge.hints.tell(topic)
        assert await asyncio.wait_for(waiting, 1) == {topic}
    edge.hints.tell(topic)


async def test_hints_come_over_the_broker(nats: Any) -> None:
    import nats as client

    speaking = await client.connect(nats.url_for("directory"), inbox_prefix="_INBOX.directory")
    hearing = await client.connect(nats.url_for("gateway"), inbox_prefix="_INBOX.gateway")
    hints = Hints()
    await hints.listen(hearing)
    await hearing.flush()
    with hints.watch(("t", "operation", NUMBER)) as watcher:
        await speaking.publish(f"hint.directory.t.operation.{NUMBER}")
        assert await asyncio.wait_for(anext(watcher.rounds()), 5)
    assert hints.connected
    await speaking.close()
    await hints.close()


async def test_a_grant_taken_back_is_gone_with_the_hint(
    nats: Any, edge: Any, api: httpx2.AsyncClient, neighbour: Any
) -> None:
    import nats as client

    edge.hints.on_standing = edge.sessions.forget
    speaking = await client.connect(nats.url_for("directory"), inbox_prefix="_INBOX.directory")
    await edge.hints.listen(await client.connect(nats.url_for("gateway"), inbox_prefix="_INBOX.gateway"))
    neighbour.grants = [facts_pb2.GrantFacts(role=facts_pb2.ROLE_AUDITOR)]
    me = (await api.get("/v1/me")).json()
    neighbour.grants = []
    await speaking.publish(f"hint.directory.{me['tenant']['id']}.standing.{me['person_id']}")
    await speaking.flush()
    async with asyncio.timeout(5):
        while (await api.get("/v1/me")).json()["grants"]:
            await asyncio.sleep(0.05)
    await speaking.close()
    await edge.hints.close()


async def test_a_stream_ends_when_the_person_left(edge: Any, provider: Any, neighbour: Any) -> None:
    headers = Headers({"Authorization": f"Bearer {provider.token()}"})
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": headers.raw})
    call = ReadCall(request, edge, await edge.authenticate(request))
    neighbour.active = False
    edge.sessions._sessions.clear()
    with pytest.raises(StreamOver):
        await look_again(call, lambda: asyncio.sleep(0, result=None))  # type: ignore[arg-type, return-value]


async def test_an_operation_of_no_service_is_404(api: httpx2.AsyncClient) -> None:
    for id in (f"payroll~{NUMBER}", ID):
        assert (await api.get(f"/v1/operations/{id}")).status_code == 404
    assert (await api.get("/v1/operations/42")).status_code == 400


async def test_operations_are_listed_one_service_at_a_time(api: httpx2.AsyncClient, operation: Any) -> None:
    listed = (await api.get("/v1/operations", params={"service": "directory", "state": "running"})).json()
    assert [(each["id"], each["state"]) for each in listed["items"]] == [(ID, "running")]
    assert listed["next_page_token"] == "more"
    none = {"service": "interview-record", "kind": "launch_cycle"}
    assert (await api.get("/v1/operations", params=none)).json()["items"] == []
    for wrong in ({}, {"service": "elsewhere"}):
        assert (await api.get("/v1/operations", params=wrong)).status_code == 400
