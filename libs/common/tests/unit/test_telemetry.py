from collections.abc import Iterator

import pytest
from common import telemetry
from common.telemetry import call_span, consume_span, current_trace, inject_trace, publish_span, serve_span, span
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def test_a_call_an_event_and_its_reaction_are_one_trace(spans: InMemorySpanExporter) -> None:
    with call_span("/tandem.directory.v1.DirectoryService/GetPeople"):
        metadata: dict[str, str] = {}
        inject_trace(metadata)
    with serve_span("/tandem.directory.v1.DirectoryService/GetPeople", metadata):
        stored = current_trace()
    with publish_span("directory.person.changed.v1", stored):
        headers = current_trace()
    with consume_span("directory.person.changed.v1", headers):
        pass
    finished = spans.get_finished_spans()
    assert len({one.context.trace_id for one in finished if one.context}) == 1
    assert [one.kind for one in finished] == [SpanKind.CLIENT, SpanKind.SERVER, SpanKind.PRODUCER, SpanKind.CONSUMER]
    assert [one.parent.span_id if one.parent else None for one in finished] == [
        None,
        *(one.context.span_id for one in finished[:-1] if one.context),
    ]


def test_a_server_span_names_service_and_method(spans: InMemorySpanExporter) -> None:
    with serve_span("/tandem.directory.v1.DirectoryService/GetPeople", {}):
        pass
    (served,) = spans.get_finished_spans()
    assert served.name == "tandem.directory.v1.DirectoryService/GetPeople"
    assert dict(served.attributes or {}) == {
        "rpc.system": "grpc",
        "rpc.service": "tandem.directory.v1.DirectoryService",
        "rpc.method": "GetPeople",
    }


def test_a_failed_span_tells_the_type_of_the_error_and_not_its_text(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="张三"), span("work"):
        raise ValueError("张三")
    (failed,) = spans.get_finished_spans()
    assert failed.status.status_code is StatusCode.ERROR
    assert failed.attributes == {"error.type": "ValueError"}
    assert not failed.events
    assert failed.status.description is None


def test_headers_of_a_stranger_without_a_trace_start_a_new_one(spans: InMemorySpanExporter) -> None:
    with consume_span("a.b.c.v1", {"traceparent": "nonsense"}):
        pass
    (consumed,) = spans.get_finished_spans()
    assert consumed.parent is None


def test_outside_a_span_there_is_nothing_to_carry() -> None:
    assert current_trace() == {}
