"""The compliance ledger and its open rows."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field
from tandem.common.v1 import steps_pb2
from tandem.metrics.v1 import ledger_pb2, open_step_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import moment, optional_id, optional_text, optional_word, word
from gateway.schemas.figures import FigureQuery, FilteredPage
from gateway.schemas.model import Output
from gateway.schemas.steps import Step, WaiverReason


class Verdict(StrEnum):
    """How a row is judged: `overdue` is past due and not done; `withdrawn` is void, as if never due."""

    OPEN = "open"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"
    MISSED = "missed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class LedgerRow(Output):
    """One occurrence of a step in one case."""

    step_id: UUID
    interview_id: UUID
    step: Step
    occurrence: Annotated[
        str | None,
        Field(description="`employee` or `manager`, a check-in's due date, a revision; null where a step occurs once."),
    ]
    employee: PersonRef
    manager: Annotated[PersonRef | None, Field(description="The manager on the due date.")]
    responsible: Annotated[PersonRef | None, Field(description="Who is expected to act; null: anyone of a role.")]
    object_id: Annotated[UUID | None, Field(description="What the act is done on: booking, briefing, plan, item.")]
    required: bool
    after_first_review: Annotated[bool, Field(description="Counts in step rates only.")]
    due_at: Annotated[datetime | None, Field(description="Null until it is known.")]
    done_at: datetime | None
    verdict: Verdict
    waiver_reason: WaiverReason | None

    @classmethod
    def of(cls, row: ledger_pb2.LedgerRow, names: Names) -> "LedgerRow":
        """Return the row with names."""
        return cls(
            step_id=UUID(row.step_id),
            interview_id=UUID(row.interview_id),
            step=word(Step, steps_pb2.Step, row.step),
            occurrence=optional_text(row.occurrence),
            employee=names.ref(row.employee_id),
            manager=names.optional_ref(row.manager_id),
            responsible=names.optional_ref(row.responsible_person_id),
            object_id=optional_id(row.subject_id),
            required=row.required,
            after_first_review=row.after_first_review,
            due_at=moment(row.due_at),
            done_at=moment(row.done_at),
            verdict=word(Verdict, ledger_pb2.Verdict, row.verdict),
            waiver_reason=optional_word(WaiverReason, steps_pb2.WaiverReason, row.waiver_reason),
        )


class InterviewLedger(Output):
    """A case's rows by due date, and its verdict."""

    rows: list[LedgerRow]
    counts: Annotated[bool, Field(description="Its last required due date up to the first review has passed.")]
    compliant: Annotated[bool, Field(description="All required rows up to the first review are met or waived.")]


class LedgerQuery(FilteredPage):
    """Filters of the ledger; all must hold, and one of the verdicts."""

    interview_id: UUID | None = None
    step: Step | None = None
    verdict: Annotated[tuple[Verdict, ...], Field(max_length=7)] = ()


class OpenStepsQuery(FilteredPage):
    """Filters of the open rows; all must hold."""

    responsible_person_id: Annotated[UUID | None, Field(description="Who is expected to act.")] = None
    employee_id: UUID | None = None
    interview_id: UUID | None = None
    step: Step | None = None
    overdue_only: bool = False
    due_until: AwareDatetime | None = None


class OpenCountsQuery(FigureQuery):
    """Which open rows to count."""

    responsible_person_id: UUID | None = None


class OpenCount(Output):
    """How many open rows are due when; today is the caller's own."""

    key: str
    overdue: int
    due_today: int
    due_within_a_week: Annotated[int, Field(description="In the seven days after today.")]
    later: Annotated[int, Field(description="Those without a date included.")]

    @classmethod
    def of(cls, count: open_step_pb2.OpenStepCount) -> "OpenCount":
        """Return the count."""
        return cls(
            key=count.key,
            overdue=count.overdue,
            due_today=count.due_today,
            due_within_a_week=count.due_within_a_week,
            later=count.later,
        )


class OpenCounts(Output):
    """Open rows counted as a whole and by group."""

    total: OpenCount
    groups: list[OpenCount]
