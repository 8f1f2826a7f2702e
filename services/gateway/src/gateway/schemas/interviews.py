"""Interviews: one case for one employee and one manager."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import interview_pb2 as pb
from tandem.interview_record.v1 import preparation_pb2 as preparation

from gateway.names import Names, PersonRef
from gateway.schemas.fields import day, moment, optional_id, optional_text, optional_word, word
from gateway.schemas.model import Input, Output, PageQuery, Versioned
from gateway.schemas.people import EmployeeType
from gateway.schemas.texts import all_said, said

Note = Annotated[str, Field(min_length=1, max_length=2000, description="Kept sealed with the case.")]
Line = Annotated[str, Field(min_length=1, max_length=2000)]


class InterviewState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    CONCLUDED = "concluded"
    ARCHIVED = "archived"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Conclusion(StrEnum):
    """What became of the plan's first revision."""

    SIGNED = "signed"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class CancelReason(StrEnum):
    """Why a case ended without a plan."""

    PERSON_LEFT = "person_left"
    OPENED_BY_MISTAKE = "opened_by_mistake"
    SHORTFALL_GONE = "shortfall_gone"
    CYCLE_CANCELLED = "cycle_cancelled"
    OTHER = "other"


class ShortfallRef(Output):
    """A shortfall that the case is about."""

    id: UUID
    shortfall_type: str | None
    metric_code: str

    @classmethod
    def of(cls, shortfall: facts.ShortfallFacts) -> "ShortfallRef":
        """Return the shortfall."""
        return cls(
            id=UUID(shortfall.shortfall_id),
            shortfall_type=optional_text(shortfall.shortfall_type),
            metric_code=shortfall.metric_code,
        )


class DimensionsOut(Output):
    """What the case is counted by, frozen when it opened."""

    unit_id: UUID
    unit_path: list[UUID]
    job_family: str
    core_family: bool
    level: str | None
    manager_id: UUID | None
    employee_type: EmployeeType | None

    @classmethod
    def of(cls, frozen: facts.Dimensions) -> "DimensionsOut":
        """Return the dimensions."""
        return cls(
            unit_id=UUID(frozen.unit_id),
            unit_path=[UUID(each) for each in frozen.unit_path],
            job_family=frozen.job_family,
            core_family=frozen.core_family,
            level=optional_text(frozen.level),
            manager_id=optional_id(frozen.manager_id),
            employee_type=optional_word(EmployeeType, directory.EmployeeType, frozen.employee_type),
        )


class PastManagerOut(Output):
    """Who held the case before, and until when."""

    person: PersonRef
    until: datetime | None


class InterviewOut(Versioned):
    """An interview."""

    id: UUID
    state: InterviewState
    employee: PersonRef
    manager: PersonRef | None
    needs_manager: Annotated[bool, Field(description="Nobody yet: the HRBP holds the case.")]
    past_managers: list[PastManagerOut]
    dimensions: DimensionsOut
    cycle_id: UUID | None
    playbook_id: UUID
    playbook_version: int
    hold_by: Annotated[date | None, Field(description="The last local day to hold it.")]
    window_from: date | None
    period_from: date | None
    period_until: date | None
    opened_at: datetime | None
    shortfalls: list[ShortfallRef]
    core_goal: Annotated[str | None, Field(description="Absent where you see states only, or before it is shared.")]
    directions: list[str]
    data_confirmed_at: datetime | None
    core_goal_set_at: datetime | None
    briefed_at: datetime | None
    briefing_version: int
    self_analysis_submitted_at: datetime | None
    booking_id: UUID | None
    booked_starts_at: datetime | None
    booked_minutes: int | None
    booking_confirmed: bool
    session_started_at: datetime | None
    session_ended_at: datetime | None
    open_disputes: int
    plan_id: UUID | None
    conclusion: Conclusion | None
    concluded_at: datetime | None
    archived_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: CancelReason | None
    cancel_note: str | None

    @classmethod
    def of(cls, interview: pb.Interview, names: Names) -> "InterviewOut":
        """Return the interview with its people's names."""
        moments = {name: moment(getattr(interview, name)) for name in _MOMENTS}
        past = [
            PastManagerOut(person=names.ref(each.person_id), until=moment(each.until))
            for each in interview.past_managers
        ]
        return cls(
            id=UUID(interview.id),
            state=word(InterviewState, facts.InterviewState, interview.state),
            employee=names.ref(interview.employee_id),
            manager=names.optional_ref(interview.manager_id),
            needs_manager=interview.needs_manager,
            past_managers=past,
            dimensions=DimensionsOut.of(interview.dimensions),
            cycle_id=optional_id(interview.dimensions.cycle_id),
            playbook_id=UUID(interview.playbook_id),
            playbook_version=interview.playbook_version,
            hold_by=day(interview.hold_by),
            window_from=day(interview.window_from),
            period_from=day(interview.period_from),
            period_until=day(interview.period_until),
            shortfalls=[ShortfallRef.of(each) for each in interview.shortfalls],
            core_goal=optional_text(interview.core_goal),
            directions=list(interview.directions),
            briefing_version=interview.briefing_version,
            booking_id=optional_id(interview.booking_id),
            booked_minutes=interview.booked_minutes or None,
            booking_confirmed=interview.booking_confirmed,
            open_disputes=interview.open_disputes,
            plan_id=optional_id(interview.plan_id),
            conclusion=optional_word(Conclusion, facts.Conclusion, interview.conclusion),
            cancel_reason=optional_word(CancelReason, facts.InterviewCancelReason, interview.cancel_reason),
            cancel_note=optional_text(interview.cancel_note),
            version=interview.version,
            **moments,
        )


_MOMENTS = tuple(name for name in InterviewOut.model_fields if name.endswith("_at"))


class InterviewsQuery(PageQuery):
    """Filters of the list of interviews; all must hold."""

    states: Annotated[list[InterviewState], Field(max_length=6, default_factory=list)]
    cycle_id: UUID | None = None
    employee_id: UUID | None = None
    manager_id: UUID | None = None
    under_unit_id: Annotated[UUID | None, Field(description="A unit of the frozen dimensions, and all under it.")] = (
        None
    )
    employee_type: EmployeeType | None = None
    needs_manager_only: bool = False


class NewInterview(Input):
    """An interview to open outside a cycle."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "employee_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d",
                    "playbook_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3e",
                    "hold_by": "2026-10-23",
                    "period_from": "2026-09-01",
                    "period_until": "2026-09-30",
                }
            ]
        }
    )

    employee_id: UUID
    playbook_id: UUID
    hold_by: Annotated[date, Field(description="The last local day to hold it.")]
    period_from: Annotated[date, Field(description="The first day of the period that is talked about.")]
    period_until: date
    shortfall_ids: Annotated[
        list[UUID], Field(max_length=20, default_factory=list, description="Accepted ones of the employee.")
    ]


class Cancelling(Input):
    """Why an interview is cancelled."""

    reason: CancelReason
    note: Note


class CoreGoal(Input):
    """What the interview is to reach, and the first directions."""

    core_goal: Line
    directions: Annotated[list[Line], Field(min_length=1, max_length=20)]


class CoreGoalSuggestion(Output):
    """A core goal that the facts speak for."""

    shortfall_id: UUID | None
    core_goal: str
    directions: list[str]
    reason: str

    @classmethod
    def of(cls, found: preparation.CoreGoalSuggestion, locale: str) -> "CoreGoalSuggestion":
        """Return the proposal in the caller's language."""
        return cls(
            shortfall_id=optional_id(found.shortfall_id),
            core_goal=said(found.core_goal, locale),
            directions=all_said(found.directions, locale),
            reason=said(found.reason, locale),
        )


class CoreGoalSuggestions(Output):
    """Proposals, the largest shortfall's first."""

    items: list[CoreGoalSuggestion]


class CaseRead(Output):
    """Somebody read a text of the case."""

    reader: PersonRef | None
    read_at: datetime | None
    resource_type: str
    resource_id: UUID | None

    @classmethod
    def of(cls, read: pb.CaseRead, names: Names) -> "CaseRead":
        """Return the read with the reader's name."""
        return cls(
            reader=names.optional_ref(read.reader_id),
            read_at=moment(read.read_at),
            resource_type=read.resource_type,
            resource_id=optional_id(read.resource_id),
        )
