"""Coverage, compliance, satisfaction, attainment, lead times."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.common.v1 import steps_pb2
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.metrics.v1 import compliance_pb2, coverage_pb2, outcome_pb2
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts

from gateway.names import Names, PersonRef
from gateway.schemas.cycles import LeftOutReason
from gateway.schemas.evaluations import Evaluator
from gateway.schemas.fields import day, moment, optional_id, optional_word, word
from gateway.schemas.figures import FilteredPage, GroupRatio, Ratio
from gateway.schemas.interviews import InterviewState
from gateway.schemas.ledger import LedgerRow
from gateway.schemas.model import Output
from gateway.schemas.plans import PlanState
from gateway.schemas.steps import Step


class Figure(Output):
    """A percentage as a part of a whole, and the groups it is made of."""

    ratio: Ratio
    groups: list[GroupRatio]

    @classmethod
    def of(cls, reply: compliance_pb2.GetComplianceResponse | outcome_pb2.GetAttainmentResponse) -> "Figure":
        """Return the figure."""
        return cls(ratio=Ratio.of(reply.ratio), groups=[GroupRatio.of(each) for each in reply.groups])


class Coverage(Output):
    """People with a concluded interview, of those who should have one."""

    ratio: Ratio
    groups: list[GroupRatio]
    left_out: Annotated[dict[LeftOutReason, int], Field(description="Of a cycle: who has no interview in it, and why.")]
    programme_starts_on: date | None

    @classmethod
    def of(cls, reply: coverage_pb2.GetCoverageResponse) -> "Coverage":
        """Return the figure."""
        return cls(
            ratio=Ratio.of(reply.ratio),
            groups=[GroupRatio.of(each) for each in reply.groups],
            left_out={LeftOutReason(word): count for word, count in reply.left_out_by_reason.items()},
            programme_starts_on=day(reply.programme_starts_on),
        )


class CoveragePerson(Output):
    """One of those who should be covered."""

    person: PersonRef
    covered: bool
    interview_id: Annotated[UUID | None, Field(description="The one that covers, or the open one.")]
    interview_state: InterviewState | None
    left_out_reason: LeftOutReason | None

    @classmethod
    def of(cls, row: coverage_pb2.CoveragePerson, names: Names) -> "CoveragePerson":
        """Return the person with their name."""
        return cls(
            person=names.ref(row.person_id),
            covered=row.covered,
            interview_id=optional_id(row.interview_id),
            interview_state=optional_word(InterviewState, interview_facts.InterviewState, row.interview_state),
            left_out_reason=optional_word(LeftOutReason, interview_facts.LeftOutReason, row.left_out_reason),
        )


class CoveragePeopleQuery(FilteredPage):
    """Whom to list behind a coverage figure."""

    covered: bool | None = None


class ComplianceInterview(Output):
    """An interview that counts for compliance."""

    interview_id: UUID
    employee: PersonRef
    manager: PersonRef | None
    compliant: bool
    last_due_at: Annotated[datetime | None, Field(description="Of its required steps up to the first review.")]
    failed_rows: Annotated[list[LedgerRow], Field(description="Required, and neither met nor waived.")]

    @classmethod
    def of(cls, row: compliance_pb2.ComplianceInterview, names: Names) -> "ComplianceInterview":
        """Return the interview with names."""
        return cls(
            interview_id=UUID(row.interview_id),
            employee=names.ref(row.employee_id),
            manager=names.optional_ref(row.manager_id),
            compliant=row.compliant,
            last_due_at=moment(row.last_due_at),
            failed_rows=[LedgerRow.of(each, names) for each in row.failed_rows],
        )


class ComplianceInterviewsQuery(FilteredPage):
    """Which interviews to list behind a compliance figure."""

    compliant: bool | None = None


class StepRate(Output):
    """A step's own rate: met or waived, of those past due."""

    step: Step
    ratio: Ratio
    met: int
    late: int
    missed: int
    waived: int
    overdue: int

    @classmethod
    def of(cls, rate: compliance_pb2.StepRate) -> "StepRate":
        """Return the rate."""
        return cls(
            step=word(Step, steps_pb2.Step, rate.step),
            ratio=Ratio.of(rate.ratio),
            met=rate.met,
            late=rate.late,
            missed=rate.missed,
            waived=rate.waived,
            overdue=rate.overdue,
        )


class StepRates(Output):
    """Every step's own rate, in the order of the process."""

    rates: list[StepRate]


class Satisfaction(Output):
    """Employees' evaluations with a content mean of 4 and more, of those given."""

    ratio: Ratio
    response: Annotated[Ratio, Field(description="Given, of those asked for.")]
    groups: list[GroupRatio]
    groups_withheld: Annotated[bool, Field(description="Some groups are too small to be shown.")]

    @classmethod
    def of(cls, reply: outcome_pb2.GetSatisfactionResponse) -> "Satisfaction":
        """Return the figure."""
        return cls(
            ratio=Ratio.of(reply.ratio),
            response=Ratio.of(reply.response),
            groups=[GroupRatio.of(each) for each in reply.groups],
            groups_withheld=reply.groups_withheld,
        )


class EvaluationResponse(Output):
    """Whether an evaluation was given; never what it says."""

    interview_id: UUID
    evaluator: Evaluator
    given: bool

    @classmethod
    def of(cls, row: outcome_pb2.EvaluationResponse) -> "EvaluationResponse":
        """Return the response."""
        evaluator = word(Evaluator, interview_facts.Evaluator, row.evaluator)
        return cls(interview_id=UUID(row.interview_id), evaluator=evaluator, given=row.given)


class AttainmentPlan(Output):
    """A plan that counts for attainment."""

    plan_id: UUID
    interview_id: UUID
    employee: PersonRef
    manager: PersonRef | None
    ended_on: date | None
    state: PlanState
    achieved: bool

    @classmethod
    def of(cls, row: outcome_pb2.AttainmentPlan, names: Names) -> "AttainmentPlan":
        """Return the plan with names."""
        return cls(
            plan_id=UUID(row.plan_id),
            interview_id=UUID(row.interview_id),
            employee=names.ref(row.employee_id),
            manager=names.optional_ref(row.manager_id),
            ended_on=day(row.ended_on),
            state=word(PlanState, plan_facts.PlanState, row.state),
            achieved=row.achieved,
        )


class AttainmentPlansQuery(FilteredPage):
    """Which plans to list behind an attainment figure."""

    achieved: bool | None = None


class LeadTimeKind(StrEnum):
    """From where to where."""

    OPENED_TO_HELD = "opened_to_held"
    SIGNED_TO_ARCHIVED = "signed_to_archived"
    BLOCKER_TO_RESOLVED = "blocker_to_resolved"


class LeadTime(Output):
    """How long something takes."""

    kind: LeadTimeKind
    count: int
    median_seconds: int
    percentile_90_seconds: int

    @classmethod
    def of(cls, found: outcome_pb2.LeadTime) -> "LeadTime":
        """Return the lead time."""
        return cls(
            kind=word(LeadTimeKind, outcome_pb2.LeadTimeKind, found.kind),
            count=found.count,
            median_seconds=found.median_seconds,
            percentile_90_seconds=found.percentile_90_seconds,
        )


class LeadTimes(Output):
    """All lead times."""

    lead_times: list[LeadTime]
