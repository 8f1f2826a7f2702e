"""Rows as the facts that events and others may know: ids, dates, numbers and words of state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from tandem.interview_record.v1 import facts_pb2 as interview
from tandem.plan_tracking.v1 import facts_pb2 as facts

from plan_tracking.domain.content import decimal_text
from plan_tracking.storage.follow_up_tables import BlockerRow
from plan_tracking.storage.plan_tables import GoalRow, MeasureRow, PlanRow, RevisionRow, SignatureRow

_DIRECTIONS = {"higher": "HIGHER_IS_BETTER", "lower": "LOWER_IS_BETTER"}


@dataclass(frozen=True)
class PlanView:
    """A plan's row with all that its facts name: newest revision, what governs, open blockers, next due days."""

    plan: PlanRow
    newest: RevisionRow
    signatures: Sequence[SignatureRow]
    goals: Sequence[GoalRow]
    measures: Sequence[MeasureRow]
    blocker_ids: Sequence[UUID]
    sign_due_at: datetime | None
    next_review_on: str
    next_check_in_on: str


def enum_value(kind: Any, prefix: str, word: str | None) -> Any:
    """Return the enum's value for a lower-case word of ours; unspecified for none or an unknown one."""
    name = f"{prefix}_{(word or 'unspecified').upper()}"
    return kind.Value(name) if name in kind.keys() else 0  # noqa: SIM118 - not a dict


def text_of(id: object | None) -> str:
    """Return the id's text, empty for none."""
    return "" if id is None else str(id)


def direction_value(word: str) -> Any:
    """Return the direction as the contracts name it."""
    return enum_value(interview.Direction, "DIRECTION", _DIRECTIONS.get(word))


def plan_facts(view: PlanView) -> facts.PlanFacts:
    """Return all that others may know of the plan."""
    plan = view.plan
    return facts.PlanFacts(
        plan_id=str(plan.id),
        interview_id=str(plan.interview_id),
        employee_id=str(plan.employee_id),
        manager_id=text_of(plan.manager_id),
        state=enum_value(facts.PlanState, "PLAN_STATE", plan.state),
        revision=plan.revision,
        revision_state=enum_value(facts.RevisionState, "REVISION_STATE", view.newest.state),
        offered_at=to_optional_timestamp(view.newest.offered_at),
        signatures=[_signature(each) for each in view.signatures],
        sign_due_at=to_optional_timestamp(view.sign_due_at),
        revision_in_force=plan.revision_in_force,
        amendment_in_force=plan.amendment_in_force,
        in_force_at=to_optional_timestamp(plan.in_force_at),
        revision_in_force_at=to_optional_timestamp(plan.revision_in_force_at),
        issued=plan.issued,
        goals=[_goal(each) for each in view.goals],
        measures=[_measure(each) for each in view.measures],
        ends_on=to_day(plan.ends_on),
        next_review_on=view.next_review_on,
        next_check_in_on=view.next_check_in_on,
        missed_check_ins_in_a_row=plan.missed_in_a_row,
        open_blocker_ids=[str(each) for each in view.blocker_ids],
        withdraw_reason=enum_value(facts.WithdrawReason, "WITHDRAW_REASON", plan.withdraw_reason),
        closed_at=to_optional_timestamp(plan.closed_at),
        awaits_takeover=plan.awaits_takeover,
    )


def blocker_facts(row: BlockerRow, manager_id: UUID | None) -> facts.BlockerFacts:
    """Return all that others may know of the blocker."""
    return facts.BlockerFacts(
        blocker_id=str(row.id),
        plan_id=str(row.plan_id),
        interview_id=str(row.interview_id),
        measure_id=text_of(row.measure_id),
        employee_id=str(row.employee_id),
        manager_id=text_of(manager_id),
        owner_id=str(row.owner_id),
        state=enum_value(facts.BlockerState, "BLOCKER_STATE", row.state),
        raised_by=str(row.raised_by),
        raised_at=to_timestamp(row.raised_at),
        resolve_by=to_timestamp(row.resolve_by),
        escalated_at=to_optional_timestamp(row.escalated_at),
        resolved_at=to_optional_timestamp(row.resolved_at),
    )


def _signature(row: SignatureRow) -> facts.SignatureFacts:
    return facts.SignatureFacts(
        role=enum_value(facts.SignerRole, "SIGNER_ROLE", row.role),
        person_id=str(row.person_id),
        signed_at=to_timestamp(row.signed_at),
    )


def _goal(row: GoalRow) -> facts.GoalFacts:
    return facts.GoalFacts(
        goal_id=str(row.goal_id),
        metric_code=row.metric_code,
        baseline=decimal_text(row.baseline),
        target=decimal_text(row.target),
        direction=direction_value(row.direction),
        due_on=to_day(row.due_on),
    )


def _measure(row: MeasureRow) -> facts.MeasureFacts:
    return facts.MeasureFacts(
        measure_id=str(row.measure_id),
        goal_id=str(row.goal_id),
        owner_id=text_of(row.owner_id),
        due_on=to_day(row.due_on),
    )
