"""Check-ins, reports on measures, progress and reviews."""

from uuid import UUID

from common.call import current_call
from common.grpc_server import once
from tandem.plan_tracking.v1 import check_in_pb2 as check_in
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import measure_progress_pb2 as progress
from tandem.plan_tracking.v1 import review_pb2 as review

from plan_tracking.api.base import Context, Rpcs
from plan_tracking.api.follow_up_mapping import (
    check_in_message,
    owned_message,
    period_message,
    report_message,
    review_message,
    sheet_message,
    way_message,
)
from plan_tracking.api.words import optional_decimal, optional_id, word_of
from plan_tracking.domain.progress import ProgressState
from plan_tracking.domain.states import Verdict
from plan_tracking.reading.follow_up import (
    get_check_in,
    get_progress,
    get_review,
    get_review_sheet,
    list_check_ins,
    list_reviews,
)
from plan_tracking.reading.reports import list_measure_progress, list_owned_measures, report_by_id
from plan_tracking.use_cases.record_check_in import GoalEntry, MeasureEntry, record_check_in
from plan_tracking.use_cases.record_review import record_review
from plan_tracking.use_cases.report_measure_progress import report_measure_progress


class FollowUpRpcs(Rpcs):
    """RPCs of a plan in force."""

    async def RecordCheckIn(
        self, request: check_in.RecordCheckInRequest, context: Context
    ) -> check_in.RecordCheckInResponse:
        """Record the running period's check-in."""
        command = record_check_in(
            self.database,
            current_call(),
            UUID(request.plan_id),
            [
                GoalEntry(UUID(each.goal_id), _state(each.state), optional_decimal(each.current))
                for each in request.goals
            ],
            [MeasureEntry(UUID(each.measure_id), _state(each.state), each.percent) for each in request.measures],
            request.note,
            request.expected_version,
        )
        view = await get_check_in(self.database, current_call(), await once(command))
        return check_in.RecordCheckInResponse(check_in=check_in_message(view))

    async def GetCheckIn(self, request: check_in.GetCheckInRequest, context: Context) -> check_in.GetCheckInResponse:
        """Answer one check-in."""
        view = await get_check_in(self.database, current_call(), UUID(request.check_in_id))
        return check_in.GetCheckInResponse(check_in=check_in_message(view))

    async def ListCheckIns(
        self, request: check_in.ListCheckInsRequest, context: Context
    ) -> check_in.ListCheckInsResponse:
        """List periods with their check-ins, oldest first."""
        views, following = await list_check_ins(
            self.database,
            current_call(),
            self.page_tokens,
            UUID(request.plan_id),
            request.page_size,
            request.page_token,
        )
        return check_in.ListCheckInsResponse(
            periods=[period_message(each) for each in views], next_page_token=following
        )

    async def ReportMeasureProgress(
        self, request: progress.ReportMeasureProgressRequest, context: Context
    ) -> progress.ReportMeasureProgressResponse:
        """Report how a measure goes."""
        command = report_measure_progress(
            self.database,
            current_call(),
            UUID(request.plan_id),
            UUID(request.measure_id),
            _state(request.state),
            request.percent,
            request.note,
        )
        view = await report_by_id(self.database, current_call(), await once(command))
        return progress.ReportMeasureProgressResponse(report=report_message(view))

    async def ListMeasureProgress(
        self, request: progress.ListMeasureProgressRequest, context: Context
    ) -> progress.ListMeasureProgressResponse:
        """List reports, newest first."""
        views, following = await list_measure_progress(
            self.database,
            current_call(),
            self.page_tokens,
            UUID(request.plan_id),
            optional_id(request.measure_id),
            request.page_size,
            request.page_token,
        )
        return progress.ListMeasureProgressResponse(
            reports=[report_message(each) for each in views], next_page_token=following
        )

    async def ListOwnedMeasures(
        self, request: progress.ListOwnedMeasuresRequest, context: Context
    ) -> progress.ListOwnedMeasuresResponse:
        """List the measures that the caller owns."""
        views, following = await list_owned_measures(
            self.database,
            current_call(),
            self.page_tokens,
            optional_id(request.owner_id),
            request.page_size,
            request.page_token,
            done=request.include_done,
        )
        return progress.ListOwnedMeasuresResponse(
            measures=[owned_message(each) for each in views], next_page_token=following
        )

    async def GetProgress(self, request: progress.GetProgressRequest, context: Context) -> progress.GetProgressResponse:
        """Answer how far each goal is."""
        view = await get_progress(self.database, current_call(), UUID(request.plan_id))
        return progress.GetProgressResponse(
            goals=[way_message(each) for each in view.ways],
            measures=[report_message(each) for each in view.reports],
        )

    async def GetReviewSheet(
        self, request: review.GetReviewSheetRequest, context: Context
    ) -> review.GetReviewSheetResponse:
        """Answer what a review looks at."""
        return sheet_message(await get_review_sheet(self.database, current_call(), UUID(request.plan_id)))

    async def RecordReview(self, request: review.RecordReviewRequest, context: Context) -> review.RecordReviewResponse:
        """Record a stage review."""
        plan_id = UUID(request.plan_id)
        verdict = Verdict(word_of(facts.ReviewVerdict, "REVIEW_VERDICT", request.verdict))
        version = request.expected_version
        command = record_review(self.database, current_call(), plan_id, verdict, request.note, version)
        view = await get_review(self.database, current_call(), await once(command))
        return review.RecordReviewResponse(review=review_message(view), plan=await self.plan(plan_id))

    async def ListReviews(self, request: review.ListReviewsRequest, context: Context) -> review.ListReviewsResponse:
        """List reviews, oldest first."""
        views, following = await list_reviews(
            self.database,
            current_call(),
            self.page_tokens,
            UUID(request.plan_id),
            request.page_size,
            request.page_token,
        )
        return review.ListReviewsResponse(reviews=[review_message(each) for each in views], next_page_token=following)


def _state(value: int) -> ProgressState:
    return ProgressState(word_of(check_in.ProgressState, "PROGRESS_STATE", value))
