"""Where telemetry goes: to a collector, to whoever scrapes, or nowhere; and a collector that is away."""

import json
import logging
import socket
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import structlog
from common import telemetry
from common.instruments import EVENT_LOOP_LAG, RPC_SERVER
from common.logging import configure_logging
from common.telemetry import Telemetry
from common.tracing import is_traced, root_span
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Collector(ThreadingHTTPServer):
    """Takes what is pushed, by path; or takes the connection and never answers."""

    def __init__(self) -> None:
        self.pushed: dict[str, list[bytes]] = {}
        self.answers = threading.Event()
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), Received)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Received(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.pushed.setdefault(self.path, []).append(body)
        if not self.server.answers.is_set():
            self.server.closing.wait()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    made = Collector()
    monkeypatch.setenv(ENDPOINT, made.url)
    yield made
    made.closing.set()
    made.shutdown()
    made.server_close()


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def scrape(listen: str) -> str:
    with urllib.request.urlopen(f"http://{listen}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def work() -> None:
    with root_span("work", {}):
        RPC_SERVER.record(0.02, {"rpc.method": "x/Y"})


def test_both_ways_at_once_and_what_is_buffered_is_sent_in_the_end(collector: Collector) -> None:
    collector.answers.set()
    listen = f"127.0.0.1:{free_port()}"
    running = Telemetry.start("directory", "1.2.3", listen)
    work()
    scraped = scrape(listen)
    running.stop()
    (traces,) = [ExportTraceServiceRequest.FromString(each) for each in collector.pushed["/v1/traces"]]
    (sent,) = traces.resource_spans
    resource = {each.key: each.value.string_value for each in sent.resource.attributes}
    assert (resource["service.name"], resource["service.version"]) == ("directory", "1.2.3")
    (span,) = sent.scope_spans[0].spans
    measures = ExportMetricsServiceRequest.FromString(collector.pushed["/v1/metrics"][-1])
    by_name = {each.name: each for each in measures.resource_metrics[0].scope_metrics[0].metrics}
    (point,) = by_name[RPC_SERVER.name].histogram.data_points
    assert [each.trace_id for each in point.exemplars] == [span.trace_id]
    assert list(point.explicit_bounds) == list(RPC_SERVER.buckets)
    instance = resource["service.instance.id"]
    labels = f'rpc_method="x/Y",service_instance_id="{instance}",service_name="directory"'
    assert f"rpc_server_call_duration_seconds_count{{{labels}}} 1.0" in scraped
    assert 'service_version="1.2.3"' in next(line for line in scraped.splitlines() if line.startswith("target_info{"))


def test_with_nowhere_to_go_spans_are_ids_and_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENDPOINT, raising=False)
    running = Telemetry.start("directory", "1")
    with root_span("work", {}) as span:
        assert span.get_span_context().is_valid
        assert not is_traced()
    assert not running.measures
    EVENT_LOOP_LAG.record(1.0, {})
    running.stop()


def test_the_sampler_is_chosen_by_opentelemetrys_own_variables(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector.answers.set()
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0")
    running = Telemetry.start("directory", "1")
    work()
    running.stop()
    assert "/v1/traces" not in collector.pushed
    assert "/v1/metrics" in collector.pushed


@pytest.mark.parametrize("refuses", [True, False], ids=["refuses", "never answers"])
def test_a_collector_that_is_away_holds_up_no_work_and_no_end_and_fills_no_log(
    refuses: bool,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if refuses:
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "50")
    monkeypatch.setattr(telemetry, "FLUSH", 0.2)
    configure_logging("directory")
    running = Telemetry.start("directory", "1")
    # Several times what is buffered: were the collector waited for, this would not end.
    for _ in range(10_000):
        work()
    running.stop()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) <= len({each["logger"] for each in lines})
