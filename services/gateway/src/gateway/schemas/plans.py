"""Improvement plans as wholes."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import plan_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import day, moment, optional_word, word
from gateway.schemas.model import Input, Output, PageQuery, Versioned
from gateway.schemas.revisions import RevisionOut, people_of_revision


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    AWAITING_SIGNATURES = "awaiting_signatures"
    ACTIVE = "active"
    REFUSED = "refused"
    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not_achieved"
    WITHDRAWN = "withdrawn"


class WithdrawReason(StrEnum):
    """Why a plan was withdrawn."""

    REFUSED = "refused"
    LEFT = "left"
    INTERVIEW_CANCELLED = "interview_cancelled"


class PlanOut(Versioned):
    """绩效改进计划: its newest revision, and the one in force where that is another."""

    id: UUID
    interview_id: UUID
    employee: PersonRef
    manager: PersonRef | None
    needs_manager: bool
    state: PlanState
    newest: RevisionOut
    in_force: RevisionOut | None
    in_force_at: datetime | None
    issued: bool
    agree_due_at: datetime | None
    sign_due_at: datetime | None
    next_check_in_due_at: datetime | None
    next_review_due_at: datetime | None
    ends_on: date | None
    missed_check_ins_in_a_row: int
    awaits_takeover: bool
    takeover_due_at: datetime | None
    withdraw_reason: WithdrawReason | None
    closed_at: datetime | None
    open_blockers: int

    @classmethod
    def of(cls, plan: plan_pb2.Plan, names: Names) -> "PlanOut":
        """Return the plan with the names of its people."""
        return cls(
            id=UUID(plan.id),
            interview_id=UUID(plan.interview_id),
            employee=names.ref(plan.employee_id),
            manager=names.optional_ref(plan.manager_id),
            needs_manager=plan.needs_manager,
            state=word(PlanState, facts.PlanState, plan.state),
            newest=RevisionOut.of(plan.newest, names),
            in_force=RevisionOut.of(plan.in_force, names) if plan.HasField("in_force") else None,
            in_force_at=moment(plan.in_force_at),
            issued=plan.issued,
            agree_due_at=moment(plan.agree_due_at),
            sign_due_at=moment(plan.sign_due_at),
            next_check_in_due_at=moment(plan.next_check_in_due_at),
            next_review_due_at=moment(plan.next_review_due_at),
            ends_on=day(plan.ends_on),
            missed_check_ins_in_a_row=plan.missed_check_ins_in_a_row,
            awaits_takeover=plan.awaits_takeover,
            takeover_due_at=moment(plan.takeover_due_at),
            withdraw_reason=optional_word(WithdrawReason, facts.WithdrawReason, plan.withdraw_reason),
            closed_at=moment(plan.closed_at),
            open_blockers=plan.open_blockers,
            version=plan.version,
        )


class PlansQuery(PageQuery):
    """Filters of the list of plans; all must hold."""

    interview_id: UUID | None = None
    employee_id: UUID | None = None
    manager_id: UUID | None = None
    under_unit_id: Annotated[UUID | None, Field(description="A unit and all under it.")] = None
    states: Annotated[list[PlanState], Field(default_factory=list)]


class NewPlan(Input):
    """The plan of an interview, empty or from templates."""

    interview_id: UUID
    template_ids: Annotated[list[UUID], Field(default_factory=list, max_length=5)]


class PlanReadOut(Output):
    """Somebody read a text of the plan."""

    reader: PersonRef | None
    read_at: datetime | None
    resource_type: str
    resource_id: str

    @classmethod
    def of(cls, entry: plan_pb2.PlanRead, names: Names) -> "PlanReadOut":
        """Return who read what."""
        return cls(
            reader=names.optional_ref(entry.reader_id),
            read_at=moment(entry.read_at),
            resource_type=entry.resource_type,
            resource_id=entry.resource_id,
        )


def people_of(plan: plan_pb2.Plan) -> Iterator[str]:
    """Yield the ids of everyone a plan names; may repeat and be empty."""
    yield from (plan.employee_id, plan.manager_id)
    yield from people_of_revision(plan.newest)
    yield from people_of_revision(plan.in_force)
