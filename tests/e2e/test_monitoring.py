"""What the chart watches Tandem with, on a running stack: queries find data, runbooks find their tables."""

import re
from collections.abc import Iterator

import asyncpg
import pytest
from devstack.testing import StackUnderTest
from ops.topology import BY_NAME

from tests.journeys import open_world
from tests.observability import exporters
from tests.observability.chart import RUNBOOKS, dashboards, named, queries, rules
from tests.observability.prometheus import Prometheus, scraping

# What a stack without failures, Kubernetes and exporters has none of.
_ABSENT = {*exporters.SERIES} - {"up", "target_info"}
_FAILURES = ({"error_type": ""}, {"http_response_status_code": "5.."})
# There is one only where workloads prove who they are, and where a mail was due.
_OCCASIONAL = {"tandem_credential_expires_at_seconds", "tandem_mail_tries_total"}


@pytest.fixture(scope="module")
def prometheus(stack: StackUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Return one that has scraped every instance, and seen a small installation work."""
    instances = [name.removesuffix("-telemetry") for name in stack.ports if name.endswith("-telemetry")]
    targets = {each: (_service(each), stack.ports[f"{each}-telemetry"]) for each in instances}
    with scraping(tmp_path_factory.mktemp("prometheus") / "server", targets) as server:
        server.wait_for(lambda: len(server.ask("up == 1")) == len(instances))
        # Twice: a counter that is there for the first time has no rate yet.
        for _ in range(2):
            open_world(stack, locale="zh-CN", zone="Asia/Shanghai", calendar="CN", clock_start="2026-09-29 09:00")
        server.wait_for(lambda: server.ask('slo:sli_error:ratio_rate3d{slo="event-freshness"} >= 0'))
        server.wait_for(lambda: server.ask("sum(tandem:outbox_pending:max) == 0"))
        yield server


def test_every_service_is_seen(prometheus: Prometheus) -> None:
    found = prometheus.ask("tandem:instances:count")

    assert {each["metric"]["service_name"] for each in found} == set(BY_NAME)
    assert {each["metric"]["namespace"] for each in found} == {"local"}
    versions = prometheus.ask('target_info{service_version!=""}')
    assert {each["metric"]["service_name"] for each in versions} == set(BY_NAME)


def test_every_query_of_a_dashboard_and_every_recording_finds_data(prometheus: Prometheus) -> None:
    asked = [(f"{name}: {title}", query) for name, board in dashboards().items() for title, query in queries(board)]
    asked += [(rule["record"], rule["record"]) for rule in rules() if "record" in rule]

    # Everything is asked, so that Prometheus itself has judged every query.
    empty = [place for place, query in asked if not prometheus.ask(query) and not _may_be_empty(query)]
    assert empty == []


def test_every_alert_can_be_asked_for(prometheus: Prometheus) -> None:
    for rule in (rule for rule in rules() if "alert" in rule):
        prometheus.ask(rule["expr"])


async def test_the_queries_of_the_runbooks_fit_the_tables(stack: StackUnderTest) -> None:
    connection = await asyncpg.connect(stack.superuser_dsn)
    try:
        for path in sorted(RUNBOOKS.glob("*.md")):
            for block in re.findall(r"```sql\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
                transaction = connection.transaction()
                await transaction.start()
                try:
                    await connection.execute(block)
                except asyncpg.PostgresError as failed:
                    raise AssertionError(f"{path.name}: {failed}\n{block}") from failed
                finally:
                    await transaction.rollback()
    finally:
        await connection.close()


def _service(instance: str) -> str:
    return instance if instance in BY_NAME else instance.rpartition("-")[0]


def _may_be_empty(query: str) -> bool:
    selectors = named(query).selectors
    names = {name for name, _ in selectors}
    failing = any(failure.items() <= matchers.items() for _, matchers in selectors for failure in _FAILURES)
    return bool(names & (_ABSENT | _OCCASIONAL)) or failing
