"""Record that the employee neither signed nor refused by the due date; it counts once the HRBP witnesses it."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, Kind
from common.steps import Step

from plan_tracking.acts import Acting, Signing, sign_act
from plan_tracking.casefile import open_plan
from plan_tracking.domain.refusing import NotSilent, NotYetDue
from plan_tracking.domain.signing import Act, SignerRole
from plan_tracking.domain.states import RefusalKind
from plan_tracking.ledger import step_of
from plan_tracking.refusals import new_refusal
from plan_tracking.storage.plans import refusal_of, signatures_of
from plan_tracking.views import events_of


class SilenceRecorded(AppError):
    """Once is enough."""

    kind = Kind.CONFLICT
    reason = "SILENCE_RECORDED"
    en = "The silence is recorded already and waits for the HR partner as witness."
    zh = "未回应已记录，正等待人力资源伙伴见证。"


async def record_silence(
    database: Database, call: Call, signing: Signing, plan_id: UUID, expected_version: int
) -> UUID:
    """Record the silence as the manager; returns the plan's id. Raises NotOffered, NotYetDue, NotSilent."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        manager = file.require_manager("plan.record_silence")
        offered = await file.offered("record_silence")
        if any(each.role == SignerRole.EMPLOYEE for each in await signatures_of(tx, plan_id, offered.number)):
            raise NotSilent
        row = await step_of(tx, file.plan.interview_id, Step.SIGNED, offered.sign_occurrence)
        if row is not None and row.due_at is not None and tx.now <= row.due_at:
            raise NotYetDue(due_at=row.due_at.isoformat())
        if await refusal_of(tx, plan_id, offered.number) is not None:
            raise SilenceRecorded
        tx.add(new_refusal(file, offered, RefusalKind.SILENCE, manager))
        acting = Acting(
            Act.SILENCE_RECORDED,
            SignerRole.MANAGER,
            revision=offered.number,
            content_hash=offered.content_hash or b"",
            locale=tx.identity.locale,
        )
        await sign_act(file, signing, acting)
        file.touch()
        events = await events_of(file)
        file.record("silence_recorded", events.silence_recorded(tx.now, manager), revision=offered.number)
        return tx.done(plan_id)
