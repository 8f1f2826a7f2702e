"""A piece of work that is one span and one measurement."""

import time
from collections.abc import Iterable
from contextvars import Token
from typing import Self

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, Span, SpanKind

from common.instrument_kinds import Attributes, Histogram
from common.tracing import NOT_TRACED, is_traced, mark_failed, start_span


class Measured:
    """Runs its block as a span, and records in the end how long it took, inside the span so that exemplars find it.

    `facts` are attributes of both, known before and shared by all work of the kind. What counts as a failure is said
    with `fail`: an exception may as well be an answer.
    """

    __slots__ = ("_context", "_histogram", "_more", "_seconds", "_started", "_token", "facts", "span")

    def __init__(self, histogram: Histogram, facts: Attributes, span: Span, context: Context | None) -> None:
        self.span = span
        self._histogram = histogram
        self.facts = facts
        self._more: dict[str, str | int] = {}
        self._context = context
        self._seconds: float | None = None
        self._token: Token[Context] | None = None
        self._started = time.perf_counter()

    @classmethod
    def entry(
        cls,
        histogram: Histogram,
        facts: Attributes,
        name: str,
        kind: SpanKind,
        context: Context,
        links: Iterable[Link] = (),
    ) -> Self:
        """Return work that begins here for another process; its span is the one under way in the block."""
        span = start_span(name, kind, facts, context=context, links=links)
        return cls(histogram, facts, span, trace.set_span_in_context(span))

    @classmethod
    def leaf(cls, histogram: Histogram, facts: Attributes, name: str) -> Self:
        """Return a call of something outside; the span under way stays the same, and is its parent if recorded."""
        if not is_traced():
            return cls(histogram, facts, NOT_TRACED, None)
        span = start_span(name, SpanKind.CLIENT, facts)
        return cls(histogram, facts, span, None)

    def note(self, name: str, value: str | int) -> None:
        """Add a fact that is known only now, to the span and the measurement."""
        self._more[name] = value
        if self.span.is_recording():
            self.span.set_attribute(name, value)

    def fail(self, error_type: str) -> None:
        """Call the work failed; `error_type` is one of few words."""
        self._more["error.type"] = error_type
        mark_failed(self.span, error_type)

    def stop_clock(self) -> None:
        """Measure until now, though the span goes on."""
        self._seconds = time.perf_counter() - self._started

    def __enter__(self) -> Self:
        if self._context is not None:
            self._token = attach(self._context)
        return self

    def __exit__(self, *_: object) -> None:
        seconds = time.perf_counter() - self._started if self._seconds is None else self._seconds
        facts = {**self.facts, **self._more} if self._more else self.facts
        self._histogram.record(seconds, facts)
        self.span.end()
        if self._token is not None:
            detach(self._token)
