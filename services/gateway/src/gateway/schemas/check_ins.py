"""Following up a plan in force: check-ins, reports on measures, the way of each goal."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import facts_pb2 as interview
from tandem.plan_tracking.v1 import check_in_pb2 as pb
from tandem.plan_tracking.v1 import measure_progress_pb2 as progress

from gateway.names import Names, PersonRef
from gateway.schemas.fields import day, moment, number, optional_text, optional_word, word
from gateway.schemas.model import Input, Output, PageQuery
from gateway.schemas.plan_drafts import DecimalText
from gateway.schemas.revisions import Direction

Percent = Annotated[int, Field(ge=0, le=100)]


class ProgressState(StrEnum):
    """How a goal or a measure goes."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    DONE = "done"


class GoalProgress(Input):
    """How a goal stands; `current` is what was measured, if anything."""

    goal_id: UUID
    state: ProgressState
    current: DecimalText | None = None

    def message(self) -> pb.GoalProgress:
        """Return the contract's form."""
        state = number(pb.ProgressState, self.state)
        return pb.GoalProgress(goal_id=str(self.goal_id), state=state, current=self.current or "")

    @classmethod
    def of(cls, message: pb.GoalProgress) -> "GoalProgress":
        """Return how the goal stands."""
        return cls(
            goal_id=UUID(message.goal_id),
            state=word(ProgressState, pb.ProgressState, message.state),
            current=optional_text(message.current),
        )


class MeasureProgress(Input):
    """How a measure goes; `percent` is done."""

    measure_id: UUID
    state: ProgressState
    percent: Percent = 0

    def message(self) -> pb.MeasureProgressNote:
        """Return the contract's form."""
        state = number(pb.ProgressState, self.state)
        return pb.MeasureProgressNote(measure_id=str(self.measure_id), state=state, percent=self.percent)

    @classmethod
    def of(cls, message: pb.MeasureProgressNote) -> "MeasureProgress":
        """Return how the measure goes."""
        return cls(
            measure_id=UUID(message.measure_id),
            state=word(ProgressState, pb.ProgressState, message.state),
            percent=message.percent,
        )


class NewCheckIn(Input):
    """The check-in of the running period."""

    goals: Annotated[list[GoalProgress], Field(min_length=1, max_length=50)]
    measures: Annotated[list[MeasureProgress], Field(default_factory=list, max_length=200)]
    note: Annotated[str, Field(max_length=4000)] = ""


class CheckInOut(Output):
    """每周跟进."""

    id: UUID
    revision: int
    period_due_at: datetime | None
    goals: list[GoalProgress]
    measures: list[MeasureProgress]
    note: str | None
    recorded_by: PersonRef
    recorded_at: datetime | None

    @classmethod
    def of(cls, found: pb.CheckIn, names: Names) -> "CheckInOut":
        """Return the check-in."""
        return cls(
            id=UUID(found.id),
            revision=found.revision,
            period_due_at=moment(found.period_due_at),
            goals=[GoalProgress.of(each) for each in found.goals],
            measures=[MeasureProgress.of(each) for each in found.measures],
            note=optional_text(found.note),
            recorded_by=names.ref(found.recorded_by),
            recorded_at=moment(found.recorded_at),
        )


class PeriodOut(Output):
    """A period (previous due, this due], and what became of it."""

    due_at: datetime | None
    check_in: CheckInOut | None
    missed: bool
    waived: bool

    @classmethod
    def of(cls, period: pb.CheckInPeriod, names: Names) -> "PeriodOut":
        """Return the period."""
        return cls(
            due_at=moment(period.due_at),
            check_in=CheckInOut.of(period.check_in, names) if period.HasField("check_in") else None,
            missed=period.missed,
            waived=period.waived,
        )


class ReportInput(Input):
    """How a measure goes, in the words of its owner, the employee or the manager."""

    state: ProgressState
    percent: Percent = 0
    note: Annotated[str, Field(max_length=4000)] = ""


class ReportOut(Output):
    """What somebody reported on a measure."""

    id: UUID
    measure_id: UUID
    state: ProgressState
    percent: int
    note: str | None
    reported_by: PersonRef
    reported_at: datetime | None

    @classmethod
    def of(cls, report: progress.MeasureReport, names: Names) -> "ReportOut":
        """Return the report."""
        return cls(
            id=UUID(report.id),
            measure_id=UUID(report.measure_id),
            state=word(ProgressState, pb.ProgressState, report.state),
            percent=report.percent,
            note=optional_text(report.note),
            reported_by=names.ref(report.reported_by),
            reported_at=moment(report.reported_at),
        )


class ReportsQuery(PageQuery):
    """Filters of the list of reports."""

    measure_id: UUID | None = None


class OwnedMeasuresQuery(PageQuery):
    """Filters of the list of one's own measures."""

    include_done: bool = False


class OwnedMeasureOut(Output):
    """A measure as its owner sees it; nothing else of the plan."""

    plan_id: UUID
    measure_id: UUID
    action: str
    employee: PersonRef
    resource: str | None
    cadence: str | None
    due_on: date | None
    state: ProgressState | None
    percent: int

    @classmethod
    def of(cls, owned: progress.OwnedMeasure, names: Names) -> "OwnedMeasureOut":
        """Return the measure."""
        return cls(
            plan_id=UUID(owned.plan_id),
            measure_id=UUID(owned.measure_id),
            action=owned.action,
            employee=names.ref(owned.employee_id),
            resource=optional_text(owned.resource),
            cadence=optional_text(owned.cadence),
            due_on=day(owned.due_on),
            state=optional_word(ProgressState, pb.ProgressState, owned.state),
            percent=owned.percent,
        )


class ResultOut(Output):
    """A KPI result on a goal's metric."""

    kpi_result_id: UUID
    period_from: date | None
    period_until: date | None
    actual: str

    @classmethod
    def of(cls, point: progress.ProgressPoint) -> "ResultOut":
        """Return the result."""
        return cls(
            kpi_result_id=UUID(point.kpi_result_id),
            period_from=day(point.period_from),
            period_until=day(point.period_until),
            actual=point.actual,
        )


class GoalWay(Output):
    """A goal's metric before and after, from the KPI results; nobody types it. Decimals are text."""

    goal_id: UUID
    metric_code: str
    direction: Direction | None
    baseline: str | None
    before: Annotated[ResultOut | None, Field(description="The last result before the plan, where one is known.")]
    target: str | None
    current: str | None
    percent: Annotated[str | None, Field(description="Of the way from baseline to target; may pass 0 and 100.")]
    reached: bool
    points: list[ResultOut]

    @classmethod
    def of(cls, way: progress.GoalWay) -> "GoalWay":
        """Return the way."""
        return cls(
            goal_id=UUID(way.goal_id),
            metric_code=way.metric_code,
            direction=optional_word(Direction, interview.Direction, way.direction),
            baseline=optional_text(way.baseline),
            before=ResultOut.of(way.before) if way.HasField("before") else None,
            target=optional_text(way.target),
            current=optional_text(way.current),
            percent=optional_text(way.percent),
            reached=way.reached,
            points=[ResultOut.of(each) for each in way.points],
        )


class ProgressOut(Output):
    """Each goal's way, and the newest report of each measure."""

    goals: list[GoalWay]
    measures: list[ReportOut]
