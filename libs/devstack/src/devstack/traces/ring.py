"""The newest traces in memory; the oldest make room."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from devstack.traces.spans import Span

CAPACITY = 50_000
Trace = list[Span]


class Ring:
    """Whole traces by id, at most `capacity` spans in all, and each metric as last exported."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._traces: dict[str, dict[str, Span]] = {}
        self._size = 0
        self._edges_gone: Counter[tuple[str, str]] = Counter()
        self._metrics: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._lock = threading.Lock()

    def add(self, spans: Iterable[Span]) -> None:
        """Keep the spans; one that is sent twice counts once."""
        with self._lock:
            for span in spans:
                trace = self._traces.setdefault(span.trace_id, {})
                self._size += span.span_id not in trace
                trace[span.span_id] = span
            while self._size > self._capacity:
                oldest = self._traces.pop(next(iter(self._traces)))
                self._size -= len(oldest)
                self._edges_gone.update(_edges(oldest.values()))

    def add_metrics(self, metrics: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Keep each metric in the place of its last export."""
        with self._lock:
            for service, instance, metric in metrics:
                self._metrics[service, instance, metric["name"]] = metric

    def get(self, trace_id: str) -> Trace:
        """Return the trace's spans by their start, empty if it is not known."""
        with self._lock:
            spans = list(self._traces.get(trace_id, {}).values())
        return sorted(spans, key=lambda span: (span.start, span.end))

    def newest(self, fits: Callable[[Trace], bool], limit: int) -> list[Trace]:
        """Return up to `limit` traces that fit, the newest first."""
        with self._lock:
            ids = list(reversed(self._traces))
        fitting = (trace for each in ids if (trace := self.get(each)) and fits(trace))
        return sorted(islice(fitting, limit), key=lambda trace: trace[0].start, reverse=True)

    def operations(self) -> dict[str, set[tuple[str, str]]]:
        """Return the (name, kind) pairs of each service's spans."""
        found: dict[str, set[tuple[str, str]]] = {}
        with self._lock:
            for trace in self._traces.values():
                for span in trace.values():
                    found.setdefault(span.service, set()).add((span.name, span.kind))
        return found

    def edges(self) -> Counter[tuple[str, str]]:
        """Count how often a span of one service was the parent of a span of another, in forgotten traces too."""
        with self._lock:
            found = self._edges_gone.copy()
            for trace in self._traces.values():
                found.update(_edges(trace.values()))
            return found

    def metrics(self, service: str | None = None) -> list[dict[str, Any]]:
        """Return every metric, or one service's, with its service and instance."""
        with self._lock:
            return [
                {"service": key[0], "instance": key[1], **metric}
                for key, metric in sorted(self._metrics.items())
                if service in (None, key[0])
            ]


def _edges(spans: Collection[Span]) -> Iterator[tuple[str, str]]:
    services = {span.span_id: span.service for span in spans}
    for span in spans:
        if services.get(span.parent_id, span.service) != span.service:
            yield services[span.parent_id], span.service
