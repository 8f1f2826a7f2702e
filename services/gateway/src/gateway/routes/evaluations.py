"""Evaluations: given once, read by their author alone, shown to others as means."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import evaluation_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from gateway.calls import Read, Write
from gateway.resource import Resource
from gateway.schemas.evaluations import EvaluationOut, EvaluationsQuery, EvaluationSummary, NewEvaluation
from gateway.schemas.fields import id_text, number

interview_evaluations = Resource("interviews/{interview_id}/evaluations", "Evaluations")
evaluations = Resource("evaluations", "Evaluations")


@interview_evaluations.post("", status_code=201)
async def submit_evaluation(interview_id: UUID, evaluation: NewEvaluation, call: Write) -> EvaluationOut:
    """Rate the session, once, as its employee or manager. 409 `SESSION_NOT_ENDED`, `NOT_ASKED`, `ALREADY_EVALUATED`."""
    reply = await call.interview_record.SubmitEvaluation(
        pb.SubmitEvaluationRequest(
            interview_id=str(interview_id),
            content_scores=evaluation.content_scores,
            preparation_score=evaluation.preparation_score,
            text=evaluation.text,
        )
    )
    return EvaluationOut.of(reply.evaluation)


@interview_evaluations.get("/own")
async def get_own_evaluation(interview_id: UUID, call: Read) -> EvaluationOut:
    """Your own evaluation."""
    reply = await call.interview_record.GetOwnEvaluation(pb.GetOwnEvaluationRequest(interview_id=str(interview_id)))
    return EvaluationOut.of(reply.evaluation)


@evaluations.get(":summarize")
async def summarize_evaluations(call: Read, query: Annotated[EvaluationsQuery, Query()]) -> EvaluationSummary:
    """Means over a group of cases. 409 `TOO_FEW`: fewer than the floor, here or beside a wider group."""
    reply = await call.interview_record.SummarizeEvaluations(
        pb.SummarizeEvaluationsRequest(
            evaluator=number(facts.Evaluator, query.evaluator),
            under_unit_id=id_text(query.under_unit_id),
            manager_id=id_text(query.manager_id),
            cycle_id=id_text(query.cycle_id),
        )
    )
    return EvaluationSummary(
        given=reply.given,
        asked=reply.asked,
        content_means=list(reply.content_means),
        preparation_mean=reply.preparation_mean,
    )
