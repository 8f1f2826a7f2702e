"""Answer a request of the self-analysis: accepted and linked to a measure, or declined with a reason."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Invalid, NotFound
from common.transaction import Transaction

from plan_tracking.casefile import open_plan
from plan_tracking.domain.content import Answer
from plan_tracking.storage.contents import write_answer
from plan_tracking.storage.plan_tables import MeasureRow, RevisionRow


async def answer_request(
    database: Database,
    call: Call,
    plan_id: UUID,
    request_id: UUID,
    *,
    accepted: bool,
    measure_id: UUID | None,
    reason: str,
    expected_version: int,
) -> UUID:
    """Write the answer, bound to the request's keyed hash; returns the plan's id. Raises NotFound, Invalid."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        author = file.require_manager("plan.answer_request")
        draft = await file.draft("answer")
        request = next((each for each in file.interview.requests if each["id"] == str(request_id)), None)
        if request is None:
            raise NotFound(resource="request", id=request_id)
        if accepted:
            await _require_measure(tx, draft, measure_id)
        elif not reason.strip():
            raise Invalid.field(
                "reason", "REASON_MISSING", en="Say why the request is declined.", zh="请说明不采纳的理由。"
            )
        answer = Answer(
            request_id,
            bytes.fromhex(request["hash"]),
            accepted,
            measure_id if accepted else None,
            reason.strip(),
            author,
        )
        await write_answer(tx, draft, answer, file.plan.employee_id)
        file.touch()
        file.record("request_answered", request_id=request_id, accepted=accepted)
        return tx.done(plan_id)


async def _require_measure(tx: Transaction, draft: RevisionRow, measure_id: UUID | None) -> None:
    if measure_id is None:
        raise Invalid.field(
            "measure_id",
            "MEASURE_MISSING",
            en="Name the measure that meets the request.",
            zh="请选择回应该诉求的措施。",
        )
    if await tx.session.get(MeasureRow, (tx.tenant_id, draft.id, measure_id)) is None:
        raise NotFound(resource="measure", id=measure_id)
