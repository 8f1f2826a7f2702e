"""Evaluations: one's own, and means over groups of five and more."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import evaluation_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from gateway.schemas.fields import moment, optional_text, word
from gateway.schemas.model import Input, Output

Score = Annotated[int, Field(ge=1, le=5)]


class Evaluator(StrEnum):
    """Which side rates."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class EvaluationOut(Output):
    """One's own evaluation; nobody else sees it."""

    id: UUID
    interview_id: UUID
    evaluator: Evaluator
    content_scores: list[int]
    preparation_score: int
    text: str | None
    evaluated_at: datetime | None

    @classmethod
    def of(cls, evaluation: pb.Evaluation) -> "EvaluationOut":
        """Return the evaluation."""
        return cls(
            id=UUID(evaluation.id),
            interview_id=UUID(evaluation.interview_id),
            evaluator=word(Evaluator, facts.Evaluator, evaluation.evaluator),
            content_scores=list(evaluation.content_scores),
            preparation_score=evaluation.preparation_score,
            text=optional_text(evaluation.text),
            evaluated_at=moment(evaluation.evaluated_at),
        )


class NewEvaluation(Input):
    """Four answers on content in the form's order, one on the other's preparation, and a text."""

    content_scores: Annotated[list[Score], Field(min_length=4, max_length=4)]
    preparation_score: Score
    text: Annotated[str, Field(max_length=8000)] = ""


class EvaluationsQuery(Input):
    """Whose evaluations to average; all must hold."""

    evaluator: Evaluator
    under_unit_id: UUID | None = None
    manager_id: UUID | None = None
    cycle_id: UUID | None = None


class EvaluationSummary(Output):
    """Means over a group, in the form's order."""

    given: int
    asked: int
    content_means: list[float]
    preparation_mean: float
