"""Where traces and measurements go: to a collector by OTLP, to whoever scrapes `/metrics`, or nowhere.

OpenTelemetry's own variables say how: `OTEL_EXPORTER_OTLP_ENDPOINT` (without it nothing is pushed),
`OTEL_TRACES_SAMPLER`, `OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_RESOURCE_ATTRIBUTES`. Providers are not made global, so that
no library begins to record by itself.
"""

import os
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import NoOpTracer
from prometheus_client import CollectorRegistry, start_http_server

from common.instruments import bind_instruments, unbind_instruments
from common.tracing import use_tracer

SCOPE = "tandem"
# Of a pod's time to end; a collector that is away must not hold it up.
FLUSH = 5.0
_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_SAMPLER = "OTEL_TRACES_SAMPLER"
_LABELS = frozenset({"service.name", "service.instance.id"})


class Telemetry:
    """A process's traces and measurements, from its start to its end."""

    def __init__(
        self,
        tracers: TracerProvider,
        meters: MeterProvider | None,
        exporters: "Exporters | None",
        scraped: "Scraped | None",
    ) -> None:
        self._tracers = tracers
        self._meters = meters
        self._exporters = exporters
        self._scraped = scraped

    @classmethod
    def start(cls, service: str, version: str, listen: str = "") -> "Telemetry":
        """Name the service in everything and start: `listen` is host:port for `/metrics`; once per process."""
        resource = resource_of(service, version)
        exporters = Exporters() if os.environ.get(_ENDPOINT) else None
        tracers = _tracers(resource, exporters)
        use_tracer(tracers.get_tracer(SCOPE, version))
        scraped = Scraped.serve(listen) if listen else None
        readers = _readers(exporters, scraped)
        meters = MeterProvider(readers, resource, shutdown_on_exit=False) if readers else None
        if meters is not None:
            bind_instruments(meters.get_meter(SCOPE, version))
        return cls(tracers, meters, exporters, scraped)

    @property
    def measures(self) -> bool:
        """Tell whether anybody reads the instruments."""
        return self._meters is not None

    def stop(self) -> None:
        """Send what is still buffered, for at most `FLUSH` seconds; the last step of a drain."""
        use_tracer(NoOpTracer())
        shutdowns = [self._tracers.shutdown, *([self._meters.shutdown] if self._meters else [])]
        # Daemons: a shutdown that still waits for the collector does not keep the process.
        threads = [threading.Thread(target=each, daemon=True) for each in shutdowns]
        for thread in threads:
            thread.start()
        give_up_at = time.monotonic() + FLUSH
        for thread in threads:
            thread.join(max(0.0, give_up_at - time.monotonic()))
        if self._exporters is not None and any(thread.is_alive() for thread in threads):
            self._exporters.give_up()
        unbind_instruments()
        if self._scraped is not None:
            self._scraped.close()


class Exporters:
    """What pushes to the collector."""

    def __init__(self) -> None:
        self.spans = OTLPSpanExporter()
        self.metrics = OTLPMetricExporter()

    def give_up(self) -> None:
        """Try no more."""
        self.spans.shutdown()  # type: ignore[no-untyped-call]
        self.metrics.shutdown()


class Scraped:
    """A plain HTTP server, in a thread of its own, that answers every GET with the measurements."""

    def __init__(self, host: str, port: int) -> None:
        self.registry = CollectorRegistry()
        self._server, self._thread = start_http_server(port, host, self.registry)

    @classmethod
    def serve(cls, listen: str) -> "Scraped":
        """Serve on host:port."""
        place = urlsplit(f"//{listen}")
        return cls(place.hostname or "127.0.0.1", place.port or 9464)

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self._server.server_port)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def resource_of(service: str, version: str) -> Resource:
    """Return what every span and series says of this process; `OTEL_RESOURCE_ATTRIBUTES` may name the instance."""
    return Resource.create({"service.name": service, "service.version": version, "service.namespace": "tandem"})


def _tracers(resource: Resource, exporters: Exporters | None) -> TracerProvider:
    """Return the provider of tracers; with nobody to send to, spans are ids for logs and answers and no more."""
    sampler = None if exporters or os.environ.get(_SAMPLER) else ALWAYS_OFF
    provider = TracerProvider(sampler, resource, shutdown_on_exit=False)
    if exporters is not None:
        provider.add_span_processor(BatchSpanProcessor(exporters.spans))
    return provider


def _readers(exporters: Exporters | None, scraped: Scraped | None) -> Sequence[MetricReader]:
    readers: list[MetricReader] = []
    if exporters is not None:
        readers.append(PeriodicExportingMetricReader(exporters.metrics))
    if scraped is not None:
        readers.append(
            PrometheusMetricReader(
                scope_info_enabled=False,
                resource_attribute_filter=lambda name: name in _LABELS,
                registry=scraped.registry,
            )
        )
    return readers
