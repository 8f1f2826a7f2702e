"""The self-analysis: the employee's view, causes and requests."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import self_analysis_pb2 as pb

from gateway.schemas.fields import moment, optional_id
from gateway.schemas.model import Input, Output, Versioned

RequestText = Annotated[str, Field(min_length=1, max_length=2000)]


class RequestOut(Output):
    """What the employee asks for; the plan answers every one."""

    id: Annotated[UUID | None, Field(description="Absent in a draft.")]
    text: str


class SelfAnalysisOut(Versioned):
    """A self-analysis; without `submitted_at`, a draft that the employee alone sees."""

    interview_id: UUID
    results_view: str
    causes: str
    requests: list[RequestOut]
    saved_at: datetime | None
    submitted_at: datetime | None

    @classmethod
    def of(cls, analysis: pb.SelfAnalysis) -> "SelfAnalysisOut":
        """Return the self-analysis."""
        return cls(
            interview_id=UUID(analysis.interview_id),
            results_view=analysis.results_view,
            causes=analysis.causes,
            requests=[RequestOut(id=optional_id(each.id), text=each.text) for each in analysis.requests],
            saved_at=moment(analysis.saved_at),
            submitted_at=moment(analysis.submitted_at),
            version=analysis.version,
        )


class SelfAnalysisDraft(Input):
    """What the employee has written so far."""

    results_view: Annotated[str, Field(max_length=8000)] = ""
    causes: Annotated[str, Field(max_length=8000)] = ""
    requests: Annotated[list[RequestText], Field(max_length=20, default_factory=list)]
