"""Everything that the process of a test says in traces and measurements, kept in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from common.instrument_kinds import Instrument
from common.instruments import bind_instruments, unbind_instruments
from common.tracing import use_tracer
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler


class Recorded:
    """The spans that have ended, and the points of every instrument."""

    def __init__(self, spans: InMemorySpanExporter, reader: InMemoryMetricReader) -> None:
        self._spans = spans
        self._reader = reader

    @classmethod
    @contextmanager
    def recording(cls, sampler: Sampler | None = None) -> Iterator["Recorded"]:
        """Record what is said in the block."""
        spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
        tracers, meters = TracerProvider(sampler), MeterProvider([reader])
        tracers.add_span_processor(SimpleSpanProcessor(spans))
        before = use_tracer(tracers.get_tracer("test"))
        bind_instruments(meters.get_meter("test"))
        yield cls(spans, reader)
        use_tracer(before)
        unbind_instruments()
        tracers.shutdown()
        meters.shutdown()

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """Return the ended spans, the first to end first."""
        return self._spans.get_finished_spans()

    def span(self, name: str) -> ReadableSpan:
        """Return the one span of the name."""
        (found,) = [each for each in self.spans if each.name == name]
        return found

    def points(self, instrument: Instrument) -> list[Any]:
        """Return the instrument's data points as they are now."""
        return [point for name, point in self._all_points() if name == instrument.name]

    def attributes(self, instrument: Instrument) -> list[Mapping[str, Any]]:
        """Return the attributes of the instrument's points."""
        return [dict(point.attributes) for point in self.points(instrument)]

    def everything(self) -> str:
        """Return all of it as text, to look for what must not be there."""
        points = [f"{name} {point}" for name, point in self._all_points()]
        return "\n".join([*(each.to_json() for each in self.spans), *points])

    def _all_points(self) -> Iterator[tuple[str, Any]]:
        data = self._reader.get_metrics_data()
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points:
                        yield metric.name, point
