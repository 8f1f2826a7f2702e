"""What a request leaves in traces, measurements and logs: its route, status and time; nothing of what it holds."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import structlog
from common.instruments import HTTP_SERVER, IDENTITY_PROVIDER_FAILURES, REGISTRY, RPC_CLIENT, RPC_SERVER
from common.logging import configure_logging
from devstack.recorded import Recorded
from gateway.frame import Frame
from gateway.issuers import Issuers
from opentelemetry.trace import SpanKind, StatusCode

ME = "01935d3a-7c1e-7b52-9d58-0c8f4a1b0001"
UNIT = "01935d3a-7c1e-7b52-9d58-0c8f4a1b0002"
CALLER = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logging("gateway")
    yield capsys
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


async def test_a_request_is_a_span_in_the_callers_trace_with_its_calls_below(
    api: httpx2.AsyncClient, recorded: Recorded
) -> None:
    answer = await api.get(f"/v1/people/{ME}", headers={"traceparent": f"00-{CALLER}-b7ad6b7169203331-01"})
    assert answer.headers["X-Request-Id"] == CALLER
    request = recorded.span("GET /v1/people/{id}")
    assert request.context
    assert request.kind is SpanKind.SERVER
    assert dict(request.attributes or {}) == {
        "http.request.method": "GET",
        "url.scheme": "http",
        "http.route": "/v1/people/{id}",
        "http.response.status_code": 200,
    }
    calls = [each for each in recorded.spans if each.kind is SpanKind.CLIENT]
    assert {each.name.rpartition("/")[2] for each in calls} >= {"ResolveSubject", "BindSubject", "GetPerson"}
    assert {each.parent.span_id for each in calls if each.parent} == {request.context.span_id}
    assert {f"{each.context.trace_id:032x}" for each in recorded.spans if each.context} == {CALLER}


async def test_a_request_is_measured_by_route_and_status(api: httpx2.AsyncClient, recorded: Recorded) -> None:
    await api.get(f"/v1/people/{ME}")
    await api.get("/v1/nothing/of/the/kind")
    await api.request("BREW", "/v1/people")
    measured = recorded.attributes(HTTP_SERVER)
    found = {(each["http.request.method"], each["http.route"], each["http.response.status_code"]) for each in measured}
    assert found == {("GET", "/v1/people/{id}", 200), ("GET", "unrouted", 404), ("_OTHER", "/v1/people", 405)}
    assert not any("error.type" in each for each in measured)


async def test_a_fault_is_marked_and_a_refusal_is_not(
    api: httpx2.AsyncClient, neighbour: Any, recorded: Recorded
) -> None:
    await api.get("/v1/people/01935d3a-7c1e-7b52-9d58-0c8f4a1b9999")
    neighbour.raises = ValueError("李雷")
    await api.get(f"/v1/people/{ME}")
    refused, failed = [each for each in recorded.spans if each.name == "GET /v1/people/{id}"]
    assert (refused.status.status_code, failed.status.status_code) == (StatusCode.UNSET, StatusCode.ERROR)
    assert [each.get("error.type") for each in recorded.attributes(HTTP_SERVER)] == [None, "500"]


async def test_probes_leave_nothing(
    api: httpx2.AsyncClient, recorded: Recorded, logs: pytest.CaptureFixture[str]
) -> None:
    for probe in ("live", "ready", "startup"):
        assert (await api.get(f"/healthz/{probe}")).status_code == 200
    assert (recorded.spans, recorded.points(HTTP_SERVER), logs.readouterr().out) == ((), [], "")


async def test_an_event_stream_is_measured_until_it_begins(recorded: Recorded) -> None:
    begun = 0.0

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        nonlocal begun
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        begun = time.perf_counter()
        time.sleep(0.05)
        await send({"type": "http.response.body", "body": b""})

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(Frame(stream)), base_url="http://api") as client:
        before = time.perf_counter()
        await client.get("/")
    (point,) = recorded.points(HTTP_SERVER)
    assert 0 < point.sum <= begun - before


async def test_keys_that_cannot_be_fetched_are_counted_from_zero(
    provider: Any, issuers: Issuers, recorded: Recorded
) -> None:
    Issuers(None)  # type: ignore[arg-type]
    assert [each.value for each in recorded.points(IDENTITY_PROVIDER_FAILURES)] == [0]
    provider.status = 503
    (issuer,) = issuers._issuers.values()
    assert await issuers.ring(issuer).find("rsa-1") is None
    assert [each.value for each in recorded.points(IDENTITY_PROVIDER_FAILURES)] == [1]


class TestPrivacy:
    """Marks are planted wherever a caller may write, and looked for in everything that is said of the request."""

    MARK = "李雷-marked"

    @pytest.fixture
    async def said(
        self, api: httpx2.AsyncClient, neighbour: Any, recorded: Recorded, logs: pytest.CaptureFixture[str]
    ) -> str:
        """Return all that was said, once it is known that something was."""
        mark = self.MARK
        person = {"external_id": mark, "name": mark, "unit_id": UNIT, "job_family": mark, "employee_type": mark}
        headers = {
            "Idempotency-Key": "marked-key",
            "User-Agent": "marked-agent",
            "tracestate": "vendor=marked-state",
            "baggage": "name=marked-baggage",
            "traceparent": f"00-{CALLER}-b7ad6b7169203331-01",
        }
        await api.post("/v1/people", json={**person, "employee_type": "regular"}, headers=headers)
        await api.post("/v1/people", json=person, headers=headers)
        await api.post("/v1/people", content=mark.encode(), headers={**headers, "Content-Type": "application/json"})
        await api.get("/v1/people", params={"q": mark, "manager_id": mark}, headers=headers)
        await api.get(f"/v1/people/{mark}", headers=headers)
        await api.get(f"/{mark}", headers=headers)
        neighbour.raises = LookupError(mark)
        await api.get(f"/v1/people/{ME}", headers=headers)
        await api.get(f"/v1/people/{ME}", headers={**headers, "Authorization": "Bearer marked-token"})
        lines = [json.loads(line) for line in logs.readouterr().out.splitlines()]
        assert {each["event"] for each in lines} >= {"request", "rpc_failed"}
        assert {each["trace_id"] for each in lines} == {CALLER}
        for each in (HTTP_SERVER, RPC_CLIENT, RPC_SERVER):
            assert recorded.points(each)
        return recorded.everything() + json.dumps(lines, ensure_ascii=False)

    async def test_nothing_that_a_caller_wrote_is_said(self, said: str) -> None:
        assert "CreatePerson" in said
        for mark in ("marked", "李雷", ascii("李雷")[1:-1], "%E6%9D%8E"):
            assert mark not in said

    async def test_only_declared_attributes_are_measured(self, said: str, recorded: Recorded) -> None:
        for each in REGISTRY:
            for attributes in recorded.attributes(each):
                assert attributes.keys() <= set(each.attributes), each.name
