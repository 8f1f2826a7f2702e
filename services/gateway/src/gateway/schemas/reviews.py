"""Stage reviews."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import review_pb2 as pb

from gateway.names import Names, PersonRef
from gateway.schemas.check_ins import GoalWay
from gateway.schemas.fields import moment, optional_text, word
from gateway.schemas.model import Input, Output
from gateway.schemas.plans import PlanOut


class Verdict(StrEnum):
    """How a review ends."""

    CONTINUE = "continue"
    ADJUST = "adjust"
    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not_achieved"


class NewReview(Input):
    """A stage review."""

    verdict: Verdict
    note: Annotated[str, Field(min_length=1, max_length=4000)]


class ReviewOut(Output):
    """阶段性复盘, with the figures as they stood."""

    id: UUID
    revision: int
    verdict: Verdict
    note: str | None
    due_at: datetime | None
    reviewed_by: PersonRef
    reviewed_at: datetime | None
    goals: list[GoalWay]

    @classmethod
    def of(cls, review: pb.Review, names: Names) -> "ReviewOut":
        """Return the review."""
        return cls(
            id=UUID(review.id),
            revision=review.revision,
            verdict=word(Verdict, facts.ReviewVerdict, review.verdict),
            note=optional_text(review.note),
            due_at=moment(review.due_at),
            reviewed_by=names.ref(review.reviewed_by),
            reviewed_at=moment(review.reviewed_at),
            goals=[GoalWay.of(each) for each in review.goals],
        )


class Reviewed(Output):
    """A review just held, and the plan as it is with it: ended, or with a draft revision to adjust."""

    review: ReviewOut
    plan: PlanOut


class ReviewSheet(Output):
    """What a review looks at: each metric before and after, check-ins, blockers."""

    goals: list[GoalWay]
    check_ins_recorded: int
    check_ins_missed: int
    blockers_open: int
    blockers_resolved: int
    due_at: datetime | None
    must_end: Annotated[bool, Field(description="It is the plan's end: only achieved or not achieved.")]

    @classmethod
    def of(cls, sheet: pb.GetReviewSheetResponse) -> "ReviewSheet":
        """Return the sheet."""
        return cls(
            goals=[GoalWay.of(each) for each in sheet.goals],
            check_ins_recorded=sheet.check_ins_recorded,
            check_ins_missed=sheet.check_ins_missed,
            blockers_open=sheet.blockers_open,
            blockers_resolved=sheet.blockers_resolved,
            due_at=moment(sheet.due_at),
            must_end=sheet.must_end,
        )
