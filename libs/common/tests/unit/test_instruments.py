"""The registry's names, in OpenTelemetry and in Prometheus."""

import re
from collections.abc import Iterator

import pytest
from common.instrument_kinds import Counter, Histogram, Observed
from common.instruments import HTTP_SERVER, POOL_USE, REGISTRY, bind_instruments, unbind_instruments
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import CollectorRegistry, generate_latest


@pytest.fixture
def exposition() -> Iterator[CollectorRegistry]:
    exposed = CollectorRegistry()
    provider = MeterProvider([PrometheusMetricReader(registry=exposed)])
    bind_instruments(provider.get_meter("test"))
    yield exposed
    unbind_instruments()
    provider.shutdown()


def record_each_once() -> None:
    for each in REGISTRY:
        attributes = dict.fromkeys(each.attributes, "x")
        if isinstance(each, Histogram):
            each.record(0.003, attributes)
        elif isinstance(each, Counter):
            each.add(1, attributes)
        elif isinstance(each, Observed):
            each.watch(lambda attributes=attributes: [(7, attributes)])  # type: ignore[misc]


def test_the_registry_knows_the_names_and_labels_in_prometheus(exposition: CollectorRegistry) -> None:
    record_each_once()
    text = generate_latest(exposition).decode()
    found = {
        (name, tuple(sorted(set(re.findall(r'(\w+)="', labels)) - {"le"})))
        for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? ", text, re.MULTILINE)
        if not name.startswith("target_info")
    }
    scope = ("otel_scope_name", "otel_scope_schema_url", "otel_scope_version")
    declared = {(series, tuple(sorted({*each.labels, *scope}))) for each in REGISTRY for series in each.series}
    assert {each for each in found if not each[0].endswith("_created")} == declared


def test_names_are_unique() -> None:
    assert len({each.name for each in REGISTRY}) == len(REGISTRY)


def test_no_unit_changes_a_name_where_it_comes_by_otlp() -> None:
    assert [each.name for each in REGISTRY if each.unit == "1"] == []


def test_what_is_not_bound_records_nowhere(exposition: CollectorRegistry) -> None:
    HTTP_SERVER.record(1.0, {})
    unbind_instruments()
    HTTP_SERVER.record(1.0, {})
    POOL_USE.watch(lambda: [(1, {})])
    unbind_instruments()
    text = generate_latest(exposition).decode()
    assert re.findall(r"^http_server_request_duration_seconds_count\S* (\S+)", text, re.MULTILINE) == ["1.0"]
    assert "db_client_connection_count{" not in text
