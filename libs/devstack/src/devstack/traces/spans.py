"""OTLP as it arrives, read into spans that know their service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

_NO_SERVICE = "unknown_service"


@dataclass(frozen=True)
class Moment:
    """Something that happened within a span, at nanoseconds since 1970."""

    at: int
    name: str
    attributes: dict[str, Any]


@dataclass(frozen=True)
class Span:
    """One span; ids are hex (`parent_id` empty at a root), `start` and `end` nanoseconds since 1970.

    `kind` is OpenTelemetry's word (`server`, `consumer`, ...), `links` are (trace id, span id).
    """

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: str
    start: int
    end: int
    failed: bool
    status: str
    attributes: dict[str, Any]
    resource: dict[str, Any]
    moments: tuple[Moment, ...]
    links: tuple[tuple[str, str], ...]


def read_spans(body: bytes) -> Iterator[Span]:
    """Yield the spans of one export request; raise DecodeError for what is none."""
    for part in ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = _attributes(part.resource.attributes)
        for scope in part.scope_spans:
            for span in scope.spans:
                yield _span(span, resource)


def read_metrics(body: bytes) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (service, instance, metric) of one export request, the metric as OTLP's own JSON has it."""
    for part in ExportMetricsServiceRequest.FromString(body).resource_metrics:
        resource = _attributes(part.resource.attributes)
        service, instance = resource.get("service.name", _NO_SERVICE), resource.get("service.instance.id", "")
        for scope in part.scope_metrics:
            for metric in scope.metrics:
                yield str(service), str(instance), MessageToDict(metric)


def _span(span: trace_pb2.Span, resource: dict[str, Any]) -> Span:
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        service=str(resource.get("service.name", _NO_SERVICE)),
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        start=span.start_time_unix_nano,
        end=max(span.start_time_unix_nano, span.end_time_unix_nano),
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        status=span.status.message,
        attributes=_attributes(span.attributes),
        resource=resource,
        moments=tuple(Moment(each.time_unix_nano, each.name, _attributes(each.attributes)) for each in span.events),
        links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
    )


def _attributes(given: Iterable[KeyValue]) -> dict[str, Any]:
    return {each.key: _value(each.value) for each in given}


def _value(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case None:
            return ""
        case "array_value":
            return [_value(each) for each in value.array_value.values]
        case "kvlist_value":
            return _attributes(value.kvlist_value.values)
        case "bytes_value":
            return value.bytes_value.hex()
        case kind:
            return getattr(value, kind)
