"""Between the contract of metrics and its domain."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.errors import Invalid
from common.timestamps import to_day, to_optional_timestamp
from common.words import number, word
from tandem.common.v1 import steps_pb2
from tandem.directory.v1 import facts_pb2 as directory_facts
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.metrics.v1 import (
    compliance_pb2,
    coverage_pb2,
    filter_pb2,
    ledger_pb2,
    open_step_pb2,
    outcome_pb2,
    target_pb2,
)
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts

from metrics.domain.figures import Figure, GroupRatio, Ratio
from metrics.domain.filters import Filter, GroupBy
from metrics.domain.targets import Target, Targets
from metrics.domain.verdicts import Verdict, verdict_of
from metrics.storage.coverage_queries import Covered
from metrics.storage.ledger_queries import OpenCount
from metrics.storage.outcome_queries import LeadTime
from metrics.storage.tables import InterviewRow, LedgerRow, PlanRow


def id_or_none(text: str) -> UUID | None:
    """Return the id, or None for the empty string."""
    return UUID(text) if text else None


def id_text(id: UUID | None) -> str:
    """Return the id as text, empty for none."""
    return str(id) if id else ""


def filter_of(message: filter_pb2.Filter) -> Filter:
    """Return the filter; what is empty is not set."""
    return Filter(
        under_unit_id=message.under_unit_id or None,
        job_family=message.job_family or None,
        core_families_only=message.core_families_only,
        level=message.level or None,
        manager_id=message.manager_id or None,
        employee_type=word(directory_facts.EmployeeType, message.employee_type) or None,
        cycle_id=message.cycle_id or None,
        from_month=message.from_month or None,
        until_month=message.until_month or None,
    )


def group_by_of(value: int) -> GroupBy | None:
    """Return what a figure is grouped by, or None."""
    return GroupBy(word(filter_pb2.GroupBy, value)) if value else None


def verdicts_of(values: Iterable[int]) -> tuple[Verdict, ...]:
    """Return verdicts."""
    return tuple(Verdict(word(ledger_pb2.Verdict, value)) for value in values)


def ratio(found: Ratio) -> filter_pb2.Ratio:
    """Map a ratio."""
    return filter_pb2.Ratio(part=found.part, whole=found.whole, percent=found.percent)


def group_ratio(found: GroupRatio) -> filter_pb2.GroupRatio:
    """Map a group's ratio."""
    return filter_pb2.GroupRatio(key=found.key, ratio=ratio(found.ratio))


def figure(found: Figure) -> dict[str, Any]:
    """Return the fields `ratio` and `groups` of a response."""
    return {"ratio": ratio(found.ratio), "groups": [group_ratio(each) for each in found.groups]}


def ledger_row(row: LedgerRow, now: datetime) -> ledger_pb2.LedgerRow:
    """Map a ledger row as it is judged at the moment."""
    verdict = verdict_of(row, now)
    return ledger_pb2.LedgerRow(
        step_id=str(row.id),
        interview_id=str(row.interview_id),
        step=number(steps_pb2.Step, row.step),
        occurrence=row.occurrence,
        employee_id=str(row.employee_id),
        manager_id=id_text(row.manager_id),
        responsible_person_id=id_text(row.responsible_id),
        subject_id=id_text(row.object_id),
        required=row.required,
        after_first_review=row.after_first_review,
        due_at=to_optional_timestamp(row.due_at),
        done_at=to_optional_timestamp(row.ended_at if verdict in {Verdict.MET, Verdict.LATE} else None),
        verdict=number(ledger_pb2.Verdict, verdict),
        waived_by=row.waived_by,
        waiver_reason=number(steps_pb2.WaiverReason, row.waiver_reason),
    )


def compliance_interview(
    row: InterviewRow, failed: Iterable[LedgerRow], now: datetime
) -> compliance_pb2.ComplianceInterview:
    """Map an interview that counts, with the rows that failed."""
    return compliance_pb2.ComplianceInterview(
        interview_id=str(row.id),
        employee_id=str(row.employee_id),
        manager_id=id_text(row.first_manager_id),
        compliant=row.compliant,
        last_due_at=to_optional_timestamp(row.last_due_at),
        failed_rows=[ledger_row(each, now) for each in failed],
    )


def step_rate(step: str, judged: dict[Verdict, int]) -> compliance_pb2.StepRate:
    """Map a step's own rate: met or waived, of those past due."""
    kept = Ratio(judged[Verdict.MET] + judged[Verdict.WAIVED], sum(judged.values()))
    return compliance_pb2.StepRate(
        step=number(steps_pb2.Step, step),
        ratio=ratio(kept),
        **{verdict.value: count for verdict, count in judged.items()},
    )


def covered(found: Covered) -> coverage_pb2.CoveragePerson:
    """Map one of those who should be covered."""
    return coverage_pb2.CoveragePerson(
        person_id=str(found.person_id),
        covered=found.covered,
        interview_id=id_text(found.interview_id),
        interview_state=number(interview_facts.InterviewState, found.interview_state),
        left_out_reason=number(interview_facts.LeftOutReason, found.left_out_reason),
    )


def open_count(found: OpenCount) -> open_step_pb2.OpenStepCount:
    """Map how many open rows of a group are due when."""
    return open_step_pb2.OpenStepCount(**vars(found))


def attainment_plan(row: PlanRow) -> outcome_pb2.AttainmentPlan:
    """Map a plan that counts."""
    return outcome_pb2.AttainmentPlan(
        plan_id=str(row.id),
        interview_id=str(row.interview_id),
        employee_id=str(row.employee_id),
        manager_id=id_text(row.manager_id),
        ended_on=to_day(row.ended_on),
        state=number(plan_facts.PlanState, row.state),
        achieved=row.state == "achieved",
    )


def lead_time(found: LeadTime) -> outcome_pb2.LeadTime:
    """Map a lead time."""
    return outcome_pb2.LeadTime(**{**vars(found), "kind": number(outcome_pb2.LeadTimeKind, found.kind)})


def targets(found: Targets) -> target_pb2.Targets:
    """Map a tenant's targets."""
    return target_pb2.Targets(
        programme_starts_on=to_day(found.programme_starts_on),
        targets=[
            target_pb2.Target(
                kind=number(target_pb2.TargetKind, each.kind), percent=each.percent, due_on=to_day(each.due_on)
            )
            for each in found.targets
        ],
        version=found.version,
    )


def targets_of(request: target_pb2.SetTargetsRequest) -> Targets:
    """Return the targets to set, with the version that was read; raise Invalid for a day that is none, or a repeat."""
    kinds = [each.kind for each in request.targets]
    if len(set(kinds)) != len(kinds):
        raise Invalid.field("targets", "REPEATED", en="Name each target once.", zh="每项目标只能出现一次。")
    return Targets(
        _day("programme_starts_on", request.programme_starts_on),
        tuple(
            Target(word(target_pb2.TargetKind, each.kind), each.percent, _day(f"targets[{index}].due_on", each.due_on))
            for index, each in enumerate(request.targets)
        ),
        request.expected_version,
    )


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid.field(field, "NO_SUCH_DAY", en="There is no such day.", zh="该日期不存在。") from None
