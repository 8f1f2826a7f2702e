"""Refuse the offered revision with a reason; the employee's right, and a signed act itself."""

from uuid import UUID

from common.call import Call
from common.database import Database

from plan_tracking.acts import Acting, Shown, Signing, require_shown, require_signer, sign_act
from plan_tracking.casefile import open_plan
from plan_tracking.domain.signing import Act, AlreadySigned, SignerRole, require_person
from plan_tracking.domain.states import RefusalKind
from plan_tracking.governing import void_silence
from plan_tracking.refusals import new_refusal, take_effect
from plan_tracking.storage.plans import signatures_of


async def refuse_plan(
    database: Database, call: Call, signing: Signing, plan_id: UUID, shown: Shown, reason: str, expected_version: int
) -> UUID:
    """Refuse; returns the plan's id. Raises NotOffered, ContentChanged, AlreadySigned, and as signing does."""
    async with database.transaction(call) as tx:
        require_person(tx.identity, "plan.refuse")
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        employee = file.require("plan.refuse")
        offered = await require_shown(file, "refuse", shown)
        if any(each.person_id == employee for each in await signatures_of(tx, plan_id, offered.number)):
            raise AlreadySigned
        require_signer(file, signing)
        await void_silence(file, offered.number)
        text = reason.strip()
        refusal = new_refusal(file, offered, RefusalKind.STATED, employee)
        refusal.reason = await tx.seal("refusal", "reason", refusal.id, file.plan.employee_id, text)
        tx.add(refusal)
        locale = tx.identity.locale
        acting = Acting(Act.REFUSED, SignerRole.EMPLOYEE, offered.number, shown.content_hash, locale, text)
        await sign_act(file, signing, acting)
        await take_effect(file, offered, refusal)
        return tx.done(plan_id)
