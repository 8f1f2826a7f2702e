"""Following up a plan in force: check-ins, reports on measures, progress, reviews."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.plan_tracking.v1 import check_in_pb2 as check_in
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import measure_progress_pb2 as progress
from tandem.plan_tracking.v1 import review_pb2 as review

from gateway.calls import Change, Read, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.check_ins import (
    CheckInOut,
    GoalWay,
    NewCheckIn,
    OwnedMeasureOut,
    OwnedMeasuresQuery,
    PeriodOut,
    ProgressOut,
    ReportInput,
    ReportOut,
    ReportsQuery,
)
from gateway.schemas.fields import id_text, number
from gateway.schemas.model import Page, PageQuery
from gateway.schemas.plans import PlanOut, people_of
from gateway.schemas.reviews import NewReview, Reviewed, ReviewOut, ReviewSheet

check_ins = Resource("plans", "Follow-up")
reviews = Resource("plans", "Follow-up")
owned_measures = Resource("owned-measures", "Follow-up")


@check_ins.get("/{id}/check-ins")
async def list_check_ins(id: UUID, call: Read, query: Annotated[PageQuery, Query()]) -> Page[PeriodOut]:
    """The plan's periods with their check-ins, oldest first."""
    reply = await call.plan_tracking.ListCheckIns(
        check_in.ListCheckInsRequest(plan_id=str(id), page_size=query.page_size, page_token=query.page_token)
    )
    names = await names_for(call, (each.check_in.recorded_by for each in reply.periods))
    return Page.of((PeriodOut.of(each, names) for each in reply.periods), reply.next_page_token)


@check_ins.post("/{id}/check-ins", status_code=201)
async def record_check_in(id: UUID, found: NewCheckIn, call: Change) -> CheckInOut:
    """Record the check-in of the running period, once, as the manager.

    409 `ALREADY_CHECKED_IN`, `NO_PERIOD_RUNNING`, `NOT_IN_FORCE`. If-Match is the plan's version.
    """
    reply = await call.plan_tracking.RecordCheckIn(
        check_in.RecordCheckInRequest(
            plan_id=str(id),
            goals=[each.message() for each in found.goals],
            measures=[each.message() for each in found.measures],
            note=found.note,
            expected_version=call.version,
        )
    )
    return CheckInOut.of(reply.check_in, await names_for(call, [reply.check_in.recorded_by]))


@check_ins.get("/{id}/check-ins/{check_in_id}")
async def get_check_in(id: UUID, check_in_id: UUID, call: Read) -> CheckInOut:
    """One check-in."""
    reply = await call.plan_tracking.GetCheckIn(check_in.GetCheckInRequest(check_in_id=str(check_in_id)))
    return CheckInOut.of(reply.check_in, await names_for(call, [reply.check_in.recorded_by]))


@check_ins.post("/{id}/measures/{measure_id}/reports")
async def report_measure(id: UUID, measure_id: UUID, report: ReportInput, call: Write) -> ReportOut:
    """Report how a measure in force goes, as its owner, the employee or the manager."""
    reply = await call.plan_tracking.ReportMeasureProgress(
        progress.ReportMeasureProgressRequest(
            plan_id=str(id),
            measure_id=str(measure_id),
            state=number(check_in.ProgressState, report.state),
            percent=report.percent,
            note=report.note,
        )
    )
    return ReportOut.of(reply.report, await names_for(call, [reply.report.reported_by]))


@check_ins.get("/{id}/reports")
async def list_reports(id: UUID, call: Read, query: Annotated[ReportsQuery, Query()]) -> Page[ReportOut]:
    """What was reported on the plan's measures, newest first; an owner sees what concerns theirs."""
    reply = await call.plan_tracking.ListMeasureProgress(
        progress.ListMeasureProgressRequest(
            plan_id=str(id),
            measure_id=id_text(query.measure_id),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    names = await names_for(call, (each.reported_by for each in reply.reports))
    return Page.of((ReportOut.of(each, names) for each in reply.reports), reply.next_page_token)


@check_ins.get("/{id}/progress")
async def get_progress(id: UUID, call: Read) -> ProgressOut:
    """Each goal's way from baseline to target by the KPI results since, and the newest report of each measure."""
    reply = await call.plan_tracking.GetProgress(progress.GetProgressRequest(plan_id=str(id)))
    names = await names_for(call, (each.reported_by for each in reply.measures))
    return ProgressOut(
        goals=[GoalWay.of(each) for each in reply.goals],
        measures=[ReportOut.of(each, names) for each in reply.measures],
    )


@reviews.get("/{id}/review-sheet")
async def get_review_sheet(id: UUID, call: Read) -> ReviewSheet:
    """What the next review looks at: each metric before and after, side by side."""
    return ReviewSheet.of(await call.plan_tracking.GetReviewSheet(review.GetReviewSheetRequest(plan_id=str(id))))


@reviews.get("/{id}/reviews")
async def list_reviews(id: UUID, call: Read, query: Annotated[PageQuery, Query()]) -> Page[ReviewOut]:
    """The plan's reviews with the figures as they stood, oldest first."""
    reply = await call.plan_tracking.ListReviews(
        review.ListReviewsRequest(plan_id=str(id), page_size=query.page_size, page_token=query.page_token)
    )
    names = await names_for(call, (each.reviewed_by for each in reply.reviews))
    return Page.of((ReviewOut.of(each, names) for each in reply.reviews), reply.next_page_token)


@reviews.post("/{id}/reviews")
async def record_review(id: UUID, held: NewReview, call: Change) -> Reviewed:
    """Record a stage review as the manager; `adjust` starts a new revision, an outcome ends the plan.

    409 `REVIEW_TOO_EARLY`, `NOT_IN_FORCE`; `OUTCOME_REQUIRED`: on its end date the plan must get its outcome.
    If-Match is the plan's version.
    """
    reply = await call.plan_tracking.RecordReview(
        review.RecordReviewRequest(
            plan_id=str(id),
            verdict=number(facts.ReviewVerdict, held.verdict),
            note=held.note,
            expected_version=call.version,
        )
    )
    names = await names_for(call, (reply.review.reviewed_by, *people_of(reply.plan)))
    return Reviewed(review=ReviewOut.of(reply.review, names), plan=PlanOut.of(reply.plan, names))


@owned_measures.get("")
async def list_owned_measures(call: Read, query: Annotated[OwnedMeasuresQuery, Query()]) -> Page[OwnedMeasureOut]:
    """The measures in force that you own, by due date: the measure, its dates, the employee, no more."""
    reply = await call.plan_tracking.ListOwnedMeasures(
        progress.ListOwnedMeasuresRequest(
            include_done=query.include_done, page_size=query.page_size, page_token=query.page_token
        )
    )
    names = await names_for(call, (each.employee_id for each in reply.measures))
    return Page.of((OwnedMeasureOut.of(each, names) for each in reply.measures), reply.next_page_token)
