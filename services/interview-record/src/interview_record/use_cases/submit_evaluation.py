"""Rate the session."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id
from common.steps import Step
from common.transaction import Transaction
from sqlalchemy import select

from interview_record import ledger
from interview_record.casefile import open_case
from interview_record.domain.evaluation import AlreadyEvaluated, Evaluator, NotAsked, Scores, SessionNotEnded
from interview_record.policy import POLICY
from interview_record.storage.record_tables import EvaluationRow


async def submit_evaluation(database: Database, call: Call, interview_id: UUID, scores: Scores, text: str) -> UUID:
    """Keep the caller's evaluation, once; the text stays with its author, the event carries means without names."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id)
        POLICY.require(call.identity, "interview.evaluate", file.case, id=interview_id)
        if file.row.session_ended_at is None:
            raise SessionNotEnded(state=file.row.state)
        file.check("evaluate")
        side = Evaluator.EMPLOYEE if call.identity.person_id == file.row.employee_id else Evaluator.MANAGER
        if side not in file.asked_sides:
            raise NotAsked(evaluator=side)
        await _refuse_second(tx, interview_id, side)
        row = EvaluationRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            interview_id=interview_id,
            evaluator=side,
            person_id=call.identity.person_id,
            scores=list(scores.values),
            evaluated_at=tx.now,
        )
        if text:
            row.text = await tx.seal("evaluation", "text", row.id, file.row.employee_id, text)
        tx.add(row)
        await ledger.complete(file, Step.EVALUATED, side, at=tx.now, subject_id=row.id)
        file.record("evaluated", file.events.evaluated(side, tx.now, scores.content_mean, scores.preparation))
        return tx.done(row.id)


async def _refuse_second(tx: Transaction, interview_id: UUID, side: Evaluator) -> None:
    given = await tx.session.scalar(
        select(EvaluationRow.id).where(
            EvaluationRow.tenant_id == tx.tenant_id,
            EvaluationRow.interview_id == interview_id,
            EvaluationRow.evaluator == side,
        )
    )
    if given is not None:
        raise AlreadyEvaluated
