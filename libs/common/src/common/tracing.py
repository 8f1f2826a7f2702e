"""Spans, made by hand and joined across processes by W3C trace context.

Entry points (HTTP, gRPC server, consumers, deadlines, operations) ask the sampler; everything inside them makes a span
only where the one under way is recorded, so that a request that is not sampled pays for no more than its ids. Baggage
is not carried: it may hold anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from secrets import randbits

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

NOT_TRACED = NonRecordingSpan(trace.INVALID_SPAN_CONTEXT)
_propagator = TraceContextTextMapPropagator()
_tracer: Tracer = trace.NoOpTracer()


def use_tracer(tracer: Tracer) -> Tracer:
    """Make all spans with this tracer from now on; returns the one before it."""
    global _tracer
    before, _tracer = _tracer, tracer
    return before


def start_span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, AttributeValue] | None = None,
    *,
    context: Context | None = None,
    links: Iterable[Link] = (),
) -> Span:
    """Start a span that the caller ends; without a context, inside the one under way."""
    return _tracer.start_span(
        name, context, kind, attributes, tuple(links), record_exception=False, set_status_on_exception=False
    )


@contextmanager
def root_span(
    name: str, attributes: Mapping[str, AttributeValue], *, but: tuple[type[Exception], ...] = ()
) -> Iterator[Span]:
    """Run the block as a trace of its own: work that the service begins by itself.

    An exception marks it as failed, `but` those that are an answer or control flow.
    """
    started = start_span(name, SpanKind.INTERNAL, attributes, context=Context())
    token = attach(trace.set_span_in_context(started))
    try:
        yield started
    except Exception as failed:
        if not isinstance(failed, but):
            mark_failed(started, type(failed).__name__)
        raise
    finally:
        started.end()
        detach(token)


@contextmanager
def untraced() -> Iterator[None]:
    """Run the block, and what it calls in other services, outside every trace: polling would fill them."""
    ids = SpanContext(randbits(128) or 1, randbits(64) or 1, is_remote=False)
    token = attach(trace.set_span_in_context(NonRecordingSpan(ids)))
    try:
        yield
    finally:
        detach(token)


def mark_failed(span: Span, error_type: str) -> None:
    """Mark the span as failed, by a type and never by a text: an exception's may quote data."""
    if span.is_recording():
        span.set_attribute("error.type", error_type)
        span.set_status(Status(StatusCode.ERROR))


def note(name: str, value: AttributeValue) -> None:
    """Set an attribute of the span under way, if it is recorded."""
    current = trace.get_current_span()
    if current.is_recording():
        current.set_attribute(name, value)


def is_traced() -> bool:
    """Tell whether the span under way is recorded."""
    return trace.get_current_span().is_recording()


def context_of(carrier: Mapping[str, str]) -> Context:
    """Return the context that gRPC metadata or message headers carry; an empty one where they carry none."""
    return _propagator.extract(carrier)


def link_to(context: Context) -> list[Link]:
    """Return a link to the context's span, if it has one."""
    linked = trace.get_current_span(context).get_span_context()
    return [Link(linked)] if linked.is_valid else []


def is_sampled(context: Context) -> bool:
    """Tell whether the context's trace is sampled."""
    return trace.get_current_span(context).get_span_context().trace_flags.sampled


def carrier_of(span: Span) -> dict[str, str]:
    """Return the span as headers."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, trace.set_span_in_context(span))
    return carrier


def current_trace() -> dict[str, str]:
    """Return the span under way as headers."""
    return carrier_of(trace.get_current_span())
