"""Traces: one span per call, event and send, joined across processes by W3C trace context.

The exporter is configured by OpenTelemetry's own variables; without `OTEL_EXPORTER_OTLP_ENDPOINT`
spans are still made, so that trace ids reach logs and errors, but sent nowhere.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("tandem")


def configure_telemetry(service: str, version: str) -> None:
    """Name the service in every span and start exporting if an endpoint is set; call it once per process."""
    resource = Resource.create({"service.name": service, "service.version": version, "service.namespace": "tandem"})
    provider = TracerProvider(resource=resource)
    if os.environ.get(_ENDPOINT):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def shutdown_telemetry() -> None:
    """Send what is still buffered; the last step of a drain."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    parent: Mapping[str, str] | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> Iterator[Span]:
    """Run the block in a span; `parent` is a carrier with a `traceparent`, else the span under way is it.

    An exception marks the span failed with its type only: its text may quote data.
    """
    context = _propagator.extract(parent) if parent is not None else None
    with _tracer.start_as_current_span(
        name, context, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as failed:
            current.set_attribute("error.type", type(failed).__name__)
            current.set_status(Status(StatusCode.ERROR))
            raise


def serve_span(method: str, metadata: Mapping[str, str]) -> AbstractContextManager[Span]:
    """Return the server span of a gRPC call; `method` is its full name, `/package.Service/Method`."""
    return span(method.strip("/"), SpanKind.SERVER, parent=metadata, attributes=_rpc(method))


def call_span(method: str) -> AbstractContextManager[Span]:
    """Return the client span of an outgoing gRPC call."""
    return span(method.strip("/"), SpanKind.CLIENT, attributes=_rpc(method))


def publish_span(event_type: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
    """Return the producer span of an event, inside the trace of the command that made it."""
    return span(f"publish {event_type}", SpanKind.PRODUCER, parent=headers, attributes=_message(event_type))


def consume_span(event_type: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
    """Return the consumer span of an event, inside the trace of the command that made it."""
    return span(f"process {event_type}", SpanKind.CONSUMER, parent=headers, attributes=_message(event_type))


def inject_trace(carrier: MutableMapping[str, str]) -> None:
    """Add `traceparent` of the span under way to gRPC metadata or message headers; nothing outside a span."""
    _propagator.inject(carrier)


def current_trace() -> dict[str, str]:
    """Return the span under way as headers, to be stored beside an event and sent with it."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier


def _rpc(method: str) -> dict[str, AttributeValue]:
    service, _, name = method.strip("/").rpartition("/")
    return {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name}


def _message(event_type: str) -> dict[str, AttributeValue]:
    return {"messaging.system": "nats", "messaging.destination.name": event_type}
