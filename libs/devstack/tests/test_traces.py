"""What the sink takes by OTLP it answers as Jaeger would, and forgets the oldest first."""

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from devstack.traces.__main__ import serve
from devstack.traces.jaeger import dependencies
from devstack.traces.ring import Ring
from devstack.traces.spans import Span, read_spans
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, Tracer

MALICIOUS = "<img src=x onerror=alert(1)>"


@pytest.fixture
def url() -> Iterator[str]:
    server = serve(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def tracer(service: str, url: str) -> Tracer:
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"{url}/v1/traces")))
    return provider.get_tracer("test")


def read(url: str, path: str) -> Any:
    with urllib.request.urlopen(f"{url}/api/{path}", timeout=10) as answer:
        return json.load(answer)["data"]


def order(url: str, name: str = "POST /v1/orders") -> str:
    """Send one trace over two services; returns its id."""
    shop, store = tracer("shop", url), tracer("store", url)
    with shop.start_as_current_span(name, kind=SpanKind.SERVER, attributes={"http.route": "/v1/orders", "n": 3}) as top:
        link = Link(top.get_span_context())
        with store.start_as_current_span("take", kind=SpanKind.CONSUMER, links=[link]) as taken:
            taken.add_event("redelivered", {"times": 2})
            taken.set_status(Status(StatusCode.ERROR, "gone"))
    return f"{top.get_span_context().trace_id:032x}"


def tags(entry: dict[str, Any]) -> dict[str, Any]:
    return {tag["key"]: tag["value"] for tag in entry["tags"]}


def test_a_trace_over_two_services_is_answered_as_jaeger_answers_it(url: str) -> None:
    trace_id = order(url)

    [trace] = read(url, f"traces/{trace_id}")

    assert trace["traceID"] == trace_id
    top, taken = trace["spans"]
    assert [trace["processes"][span["processID"]]["serviceName"] for span in (top, taken)] == ["shop", "store"]
    assert top["references"] == []
    parent = {"refType": "CHILD_OF", "traceID": trace_id, "spanID": top["spanID"]}
    assert taken["references"] == [parent, {**parent, "refType": "FOLLOWS_FROM"}]
    assert top["startTime"] <= taken["startTime"] <= taken["startTime"] + taken["duration"]
    assert tags(top) == {"http.route": "/v1/orders", "n": 3, "span.kind": "server"}
    assert {tag["key"]: tag["type"] for tag in top["tags"]}["n"] == "int64"
    assert tags(taken) | {"error": True, "otel.status_description": "gone"} == tags(taken)
    [log] = taken["logs"]
    assert {field["key"]: field["value"] for field in log["fields"]} == {"event": "redelivered", "times": 2}
    assert read(url, "services") == ["shop", "store"]
    assert read(url, "services/store/operations") == ["take"]
    assert read(url, "dependencies") == [{"parent": "shop", "child": "store", "callCount": 1}]


def test_traces_are_found_by_service_operation_attributes_and_length(url: str) -> None:
    first, second = order(url), order(url, "GET /v1/orders")

    def found(query: str) -> list[str]:
        return [trace["traceID"] for trace in read(url, f"traces?{query}")]

    assert found("") == [second, first]
    assert found("limit=1") == [second]
    assert found("service=shop&operation=POST%20%2Fv1%2Forders") == [first]
    # Both must fit the same span.
    assert found("service=store&operation=POST%20%2Fv1%2Forders") == []
    assert found("tags=%7B%22error%22%3A%22true%22%7D&service=store") == [second, first]
    assert found("tags=%7B%22n%22%3A%224%22%7D") == []
    assert found("minDuration=3600s") == []
    with pytest.raises(urllib.error.HTTPError) as refused:
        found("minDuration=soon")
    assert refused.value.code == 400


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/v1/traces", b"{}", {"content-type": "application/json"}, 415),
        ("/v1/traces", b"\xff", {"content-type": "application/x-protobuf"}, 400),
        ("/v1/traces", b"x", {"content-type": "application/x-protobuf", "content-encoding": "gzip"}, 400),
        ("/v1/logs", b"", {"content-type": "application/x-protobuf"}, 404),
    ],
)
def test_what_is_no_otlp_is_refused(url: str, path: str, body: bytes, headers: dict[str, str], status: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{url}{path}", body, headers), timeout=10)
    assert refused.value.code == status


def test_a_compressed_export_is_read(url: str) -> None:
    headers = {"content-type": "application/x-protobuf", "content-encoding": "gzip"}
    body = gzip.compress(encode_spans(finished("shop")).SerializeToString())

    urllib.request.urlopen(urllib.request.Request(f"{url}/v1/traces", body, headers), timeout=10).close()

    assert read(url, "services") == ["shop"]


def test_the_page_runs_only_its_own_script(url: str) -> None:
    order(url, MALICIOUS)

    with urllib.request.urlopen(url, timeout=10) as answer:
        page, policy = answer.read().decode(), answer.headers["content-security-policy"]

    assert "unsafe-inline" not in policy
    assert MALICIOUS not in page
    with urllib.request.urlopen(f"{url}/viewer.js", timeout=10) as answer:
        script = answer.read().decode()
    assert not [word for word in ("innerHTML", "insertAdjacentHTML", "document.write") if word in script]


def test_the_oldest_traces_make_room_and_their_edges_stay_counted() -> None:
    ring = Ring(capacity=4)
    for number in range(10):
        ring.add([span(f"{number:032x}", "a", "", "shop"), span(f"{number:032x}", "b", "a", "store")])
    ring.add([span(f"{9:032x}", "b", "a", "store")])

    kept = [trace[0].trace_id for trace in ring.newest(lambda trace: True, 20)]

    assert sorted(kept) == [f"{8:032x}", f"{9:032x}"]
    assert dependencies(ring) == [{"parent": "shop", "child": "store", "callCount": 10}]


def span(trace_id: str, span_id: str, parent_id: str, service: str) -> Span:
    [read] = read_spans(encode_spans(finished(service)).SerializeToString())
    return Span(**{**vars(read), "trace_id": trace_id, "span_id": span_id, "parent_id": parent_id})


def finished(service: str) -> Any:
    kept = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(SimpleSpanProcessor(kept))
    provider.get_tracer("test").start_span("one").end()
    return kept.get_finished_spans()
