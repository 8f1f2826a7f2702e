"""Every query is PromQL, and names only series and labels that somebody emits."""

from collections.abc import Iterator

import pytest
from common.instrument_kinds import Histogram
from common.instruments import REGISTRY
from ops.topology import SERVICES

from tests.observability import exporters
from tests.observability.chart import dashboards, named, queries, rules

# Every series of ours says whose it is, whether it was scraped or pushed.
OWN = {"service_name", "service_instance_id"}
NAMES = {service.name for service in SERVICES}


def emitted() -> dict[str, set[str]]:
    """Return the labels of every series that there is, by its name."""
    found = {name: set(labels) for name, labels in exporters.SERIES.items()}
    for each in REGISTRY:
        for series in each.series:
            bucket = {"le"} if series.endswith("_bucket") and isinstance(each, Histogram) else set()
            found[series] = {*each.labels, *OWN, *bucket}
    for rule in (rule for rule in rules() if "record" in rule):
        said = named(rule["expr"])
        known = said.grouped if said.grouped else {label for name, _ in said.selectors for label in found.get(name, ())}
        found.setdefault(rule["record"], set()).update(known | rule.get("labels", {}).keys())
    return found


def every_query() -> Iterator[tuple[str, str]]:
    """Yield every query with where it stands."""
    for rule in rules():
        yield rule.get("record") or rule["alert"], rule["expr"]
    for name, dashboard in dashboards().items():
        for title, query in queries(dashboard):
            yield f"{name}: {title}", query


EMITTED = emitted()
QUERIES = list(every_query())


@pytest.mark.parametrize(("place", "query"), QUERIES, ids=[place for place, _ in QUERIES])
def test_a_query_names_what_is_emitted(place: str, query: str):
    said = named(query)

    unknown = {name for name, _ in said.selectors} - EMITTED.keys()
    assert unknown == set(), f"nobody emits {unknown}"
    for name, matchers in said.selectors:
        assert matchers.keys() <= EMITTED[name], f"{name} has no {matchers.keys() - EMITTED[name]}"
    labels = {label for name, _ in said.selectors for label in EMITTED[name]} | said.made
    assert said.grouped <= labels, f"no series has {said.grouped - labels}"


def test_rules_read_shared_names_of_tandems_services_only():
    # Others in the same Prometheus emit the conventions' names, too.
    shared = {series for each in REGISTRY if not each.name.startswith("tandem.") for series in each.series} | {"up"}
    for place, query in ((rule.get("record") or rule["alert"], rule["expr"]) for rule in rules()):
        for name, matchers in named(query).selectors:
            if name in shared:
                assert set(matchers.get("service_name", "everybody's").split("|")) <= NAMES, (
                    f"{place} reads {name} of all"
                )


def test_target_down_and_memory_watch_every_service():
    for alert in ("TandemTargetDown", "TandemMemoryHigh"):
        (query,) = [rule["expr"] for rule in rules() if rule.get("alert") == alert]
        watched = [matchers["service_name"] for _, matchers in named(query).selectors if "service_name" in matchers]
        assert [set(each.split("|")) for each in watched] == [NAMES]


def test_a_bound_of_a_histogram_is_one_of_its_buckets():
    buckets = {f"{each.series[0]}": each.buckets for each in REGISTRY if isinstance(each, Histogram)}
    for place, query in QUERIES:
        for name, matchers in named(query).selectors:
            if "le" in matchers:
                assert float(matchers["le"]) in buckets[name], place
