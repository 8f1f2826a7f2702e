"""Check-ins, reports, progress, blockers and reviews as messages."""

from typing import Any

from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from tandem.plan_tracking.v1 import blocker_pb2, check_in_pb2, measure_progress_pb2, review_pb2
from tandem.plan_tracking.v1 import facts_pb2 as facts

from plan_tracking.domain.content import decimal_text
from plan_tracking.domain.progress import KpiValue, Way
from plan_tracking.facts import direction_value, enum_value, text_of
from plan_tracking.reading.blockers import BlockerView
from plan_tracking.reading.follow_up import CheckInView, PeriodView, ReviewSheet, ReviewView
from plan_tracking.reading.reports import OwnedMeasure, ReportView


def state_value(word: str) -> Any:
    """Return how something goes as the contracts say it."""
    return enum_value(check_in_pb2.ProgressState, "PROGRESS_STATE", word)


def check_in_message(view: CheckInView) -> check_in_pb2.CheckIn:
    """Return the check-in."""
    row = view.row
    return check_in_pb2.CheckIn(
        id=str(row.id),
        plan_id=str(row.plan_id),
        revision=row.revision,
        period_due_at=to_timestamp(row.period_due_at),
        goals=[
            check_in_pb2.GoalProgress(
                goal_id=each["goal_id"], state=state_value(each["state"]), current=each["current"]
            )
            for each in row.goals
        ],
        measures=[
            check_in_pb2.MeasureProgressNote(
                measure_id=each["measure_id"], state=state_value(each["state"]), percent=each["percent"]
            )
            for each in row.measures
        ],
        note=view.note,
        recorded_by=str(row.recorded_by),
        recorded_at=to_timestamp(row.recorded_at),
    )


def period_message(view: PeriodView) -> check_in_pb2.CheckInPeriod:
    """Return the period."""
    return check_in_pb2.CheckInPeriod(
        due_at=to_timestamp(view.due_at),
        check_in=None if view.check_in is None else check_in_message(view.check_in),
        missed=view.state == "missed",
        waived=view.state == "waived",
    )


def report_message(view: ReportView) -> measure_progress_pb2.MeasureReport:
    """Return the report."""
    row = view.row
    return measure_progress_pb2.MeasureReport(
        id=str(row.id),
        plan_id=str(row.plan_id),
        measure_id=str(row.measure_id),
        state=state_value(row.state),
        percent=row.percent,
        note=view.note,
        reported_by=str(row.reported_by),
        reported_at=to_timestamp(row.reported_at),
    )


def owned_message(owned: OwnedMeasure) -> measure_progress_pb2.OwnedMeasure:
    """Return the measure as its owner sees it."""
    measure, newest = owned.measure, owned.newest
    return measure_progress_pb2.OwnedMeasure(
        plan_id=str(owned.plan_id),
        measure_id=str(measure.measure_id),
        action=measure.action,
        employee_id=str(owned.employee_id),
        resource=measure.resource,
        cadence=measure.cadence,
        due_on=to_day(measure.due_on),
        state=state_value(newest.state if newest else ""),
        percent=newest.percent if newest else 0,
    )


def way_message(way: Way) -> measure_progress_pb2.GoalWay:
    """Return the goal's way: before, after, and how far."""
    return measure_progress_pb2.GoalWay(
        goal_id=str(way.goal_id),
        metric_code=way.metric_code,
        direction=direction_value(way.direction),
        baseline=decimal_text(way.baseline),
        target=decimal_text(way.target),
        current=decimal_text(way.current),
        percent=decimal_text(way.percent),
        reached=way.reached,
        points=[_point(each) for each in way.points],
        before=None if way.before is None else _point(way.before),
    )


def blocker_message(view: BlockerView) -> blocker_pb2.Blocker:
    """Return the blocker."""
    row = view.row
    return blocker_pb2.Blocker(
        id=str(row.id),
        plan_id=str(row.plan_id),
        measure_id=text_of(row.measure_id),
        text=view.text,
        owner_id=str(row.owner_id),
        state=enum_value(facts.BlockerState, "BLOCKER_STATE", row.state),
        resolve_by=to_timestamp(row.resolve_by),
        raised_by=str(row.raised_by),
        raised_at=to_timestamp(row.raised_at),
        escalated_at=to_optional_timestamp(row.escalated_at),
        resolution=view.resolution,
        resolved_by=text_of(row.resolved_by),
        resolved_at=to_optional_timestamp(row.resolved_at),
        version=row.version,
    )


def sheet_message(sheet: ReviewSheet) -> review_pb2.GetReviewSheetResponse:
    """Return what a review looks at."""
    return review_pb2.GetReviewSheetResponse(
        goals=[way_message(way) for way in sheet.ways],
        check_ins_recorded=sheet.check_ins_recorded,
        check_ins_missed=sheet.check_ins_missed,
        blockers_open=sheet.blockers_open,
        blockers_resolved=sheet.blockers_resolved,
        due_at=to_optional_timestamp(sheet.due_at),
        must_end=sheet.must_end,
    )


def review_message(view: ReviewView) -> review_pb2.Review:
    """Return the review with the figures as they stood."""
    row = view.row
    return review_pb2.Review(
        id=str(row.id),
        plan_id=str(row.plan_id),
        revision=row.revision,
        verdict=enum_value(facts.ReviewVerdict, "REVIEW_VERDICT", row.verdict),
        note=view.note,
        due_at=to_timestamp(row.due_at),
        reviewed_by=str(row.reviewed_by),
        reviewed_at=to_timestamp(row.reviewed_at),
        goals=[way_message(Way.of_json(each)) for each in row.figures],
    )


def _point(value: KpiValue) -> measure_progress_pb2.ProgressPoint:
    return measure_progress_pb2.ProgressPoint(
        kpi_result_id=str(value.kpi_result_id),
        period_from=value.period_from.isoformat(),
        period_until=value.period_until.isoformat(),
        actual=decimal_text(value.actual),
    )
