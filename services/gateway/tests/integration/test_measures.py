"""Figures and the ledger over REST: what is asked reaches metrics whole, what it answers is shown with names."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import grpc.aio
import httpx2
import pytest
from common.timestamps import to_timestamp
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from tandem.common.v1 import steps_pb2
from tandem.directory.v1.facts_pb2 import EMPLOYEE_TYPE_NEW_HIRE
from tandem.metrics.v1 import (
    compliance_pb2,
    coverage_pb2,
    filter_pb2,
    ledger_pb2,
    metrics_service_pb2,
    open_step_pb2,
    target_pb2,
)
from tandem.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub

ME = "01935d3a-7c1e-7b52-9d58-0c8f4a1b0001"
CASE = "01935d3a-7c1e-7b52-9d58-0c8f4a1b0009"
METHODS = metrics_service_pb2.DESCRIPTOR.services_by_name["MetricsService"].methods_by_name


class Metrics(grpc.GenericRpcHandler):
    """Stands in for metrics: keeps what it is asked, answers what a test laid out, else an empty reply."""

    def __init__(self) -> None:
        self.replies: dict[str, Message] = {}
        self.asked: list[Any] = []

    def service(self, handler_call_details: Any) -> Any:
        """Serve one method."""
        method = METHODS[handler_call_details.method.rsplit("/", 1)[1]]
        request_type, reply_type = GetMessageClass(method.input_type), GetMessageClass(method.output_type)

        async def answer(request: Message, context: Any) -> Message:
            self.asked.append(request)
            return self.replies.get(method.name, reply_type())

        return grpc.unary_unary_rpc_method_handler(answer, request_type.FromString, reply_type.SerializeToString)


@pytest.fixture
async def metrics(edge: Any) -> AsyncIterator[Metrics]:
    """Return the stand-in, connected to the gateway."""
    made = Metrics()
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((made,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        edge.stubs.metrics = MetricsServiceStub(channel)
        yield made
    await server.stop(None)


def ledger_row() -> ledger_pb2.LedgerRow:
    return ledger_pb2.LedgerRow(
        step_id=CASE,
        interview_id=CASE,
        step=steps_pb2.STEP_CHECKED_IN,
        occurrence="2026-10-20",
        employee_id=ME,
        required=True,
        due_at=to_timestamp(datetime(2026, 10, 20, 10, tzinfo=UTC)),
        verdict=ledger_pb2.VERDICT_OVERDUE,
    )


@pytest.mark.parametrize(
    "path",
    [
        "ledger",
        f"interviews/{CASE}/ledger",
        "open-steps",
        "coverage",
        "coverage/people",
        "compliance",
        "compliance/interviews",
        "step-rates",
        "satisfaction",
        "satisfaction/responses",
        "attainment",
        "attainment/plans",
        "lead-times",
        "targets",
    ],
)
async def test_every_measure_is_there(api: httpx2.AsyncClient, metrics: Metrics, path: str) -> None:
    answer = await api.get(f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    assert len(metrics.asked) == 1


async def test_a_row_is_shown_with_names_and_words(api: httpx2.AsyncClient, metrics: Metrics) -> None:
    metrics.replies["ListOpenSteps"] = open_step_pb2.ListOpenStepsResponse(rows=[ledger_row()], next_page_token="more")
    page = (await api.get("/v1/open-steps", params={"overdue_only": True, "step": "checked_in"})).json()
    (row,) = page["items"]
    assert (row["step"], row["verdict"], row["due_at"]) == ("checked_in", "overdue", "2026-10-20T10:00:00Z")
    assert (row["employee"], row["manager"], row["done_at"]) == ({"id": ME, "name": "李雷"}, None, None)
    assert page["next_page_token"] == "more"
    assert (metrics.asked[0].overdue_only, metrics.asked[0].step) == (True, steps_pb2.STEP_CHECKED_IN)


async def test_the_whole_filter_reaches_metrics(api: httpx2.AsyncClient, metrics: Metrics) -> None:
    filters = {
        "under_unit_id": CASE,
        "job_family": "sales",
        "core_families_only": "true",
        "level": "L2",
        "manager_id": ME,
        "employee_type": "new_hire",
        "cycle_id": CASE,
        "from_month": "2026-09",
        "until_month": "2026-10",
    }
    await api.get("/v1/compliance", params={**filters, "group_by": "unit"})
    await api.get("/v1/ledger", params={**filters, "verdict": ["late", "missed", "late"]})
    assert metrics.asked[0].group_by == filter_pb2.GROUP_BY_UNIT
    assert list(metrics.asked[1].verdicts) == [ledger_pb2.VERDICT_LATE, ledger_pb2.VERDICT_MISSED]
    for request in metrics.asked:
        assert request.filter == filter_pb2.Filter(
            **{**filters, "core_families_only": True, "employee_type": EMPLOYEE_TYPE_NEW_HIRE}
        )


@pytest.mark.parametrize("query", ["from_month=2026-13", "group_by=mood", "colour=red"])
async def test_a_filter_that_is_none_is_refused(api: httpx2.AsyncClient, metrics: Metrics, query: str) -> None:
    assert (await api.get(f"/v1/coverage?{query}")).status_code == 400
    assert metrics.asked == []


async def test_a_percentage_opens_down_to_interviews_and_steps(api: httpx2.AsyncClient, metrics: Metrics) -> None:
    ratio = filter_pb2.Ratio(part=1, whole=2, percent=50)
    metrics.replies["GetCompliance"] = compliance_pb2.GetComplianceResponse(ratio=ratio)
    metrics.replies["ListComplianceInterviews"] = compliance_pb2.ListComplianceInterviewsResponse(
        interviews=[compliance_pb2.ComplianceInterview(interview_id=CASE, employee_id=ME, failed_rows=[ledger_row()])]
    )
    figure = (await api.get("/v1/compliance")).json()
    assert figure == {"ratio": {"part": 1, "whole": 2, "percent": 50.0}, "groups": []}
    (interview,) = (await api.get("/v1/compliance/interviews", params={"compliant": False})).json()["items"]
    assert (interview["interview_id"], interview["employee"]["name"]) == (CASE, "李雷")
    assert [row["step"] for row in interview["failed_rows"]] == ["checked_in"]
    assert metrics.asked[1].HasField("compliant")
    assert not metrics.asked[1].compliant


async def test_who_a_cycle_leaves_out_is_counted_by_reason(api: httpx2.AsyncClient, metrics: Metrics) -> None:
    metrics.replies["GetCoverage"] = coverage_pb2.GetCoverageResponse(
        left_out_by_reason={"placeholder": 5}, programme_starts_on="2026-09-01"
    )
    figure = (await api.get("/v1/coverage", params={"cycle_id": CASE})).json()
    assert (figure["left_out"], figure["programme_starts_on"]) == ({"placeholder": 5}, "2026-09-01")


async def test_targets_are_set_against_the_version_that_was_read(api: httpx2.AsyncClient, metrics: Metrics) -> None:
    target = target_pb2.Target(kind=target_pb2.TARGET_KIND_COVERAGE, percent=90, due_on="2027-03-01")
    found = target_pb2.Targets(programme_starts_on="2026-09-01", targets=[target], version=3)
    metrics.replies["GetTargets"] = target_pb2.GetTargetsResponse(targets=found)
    metrics.replies["SetTargets"] = target_pb2.SetTargetsResponse(targets=found)
    read = await api.get("/v1/targets")
    body = {name: value for name, value in read.json().items() if name != "version"}
    answer = await api.put("/v1/targets", json=body, headers={"If-Match": read.headers["etag"]})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    assert metrics.asked[1] == target_pb2.SetTargetsRequest(
        programme_starts_on="2026-09-01", targets=[target], expected_version=3
    )


async def test_a_rebuild_is_long_work(api: httpx2.AsyncClient, metrics: Metrics) -> None:
    metrics.replies["RebuildAggregates"] = target_pb2.RebuildAggregatesResponse(operation_id=CASE)
    answer = await api.post("/v1/aggregates:rebuild", headers={"Idempotency-Key": "again"})
    assert (answer.status_code, answer.json()) == (202, {"operation_id": f"metrics~{CASE}"})
