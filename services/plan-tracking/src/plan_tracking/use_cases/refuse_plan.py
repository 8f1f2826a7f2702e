"""Refuse the offered revision with a reason; the employee's right, and a signed act itself."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id

from plan_tracking.acts import Signing, sign_act
from plan_tracking.casefile import open_plan
from plan_tracking.domain.signing import (
    Act,
    AlreadySigned,
    ContentChanged,
    SignerRole,
    require_person,
    require_proof,
    require_standing,
)
from plan_tracking.domain.states import RefusalKind
from plan_tracking.governing import void_silence
from plan_tracking.refusals import decide_by, take_effect
from plan_tracking.storage.plan_tables import RefusalRow
from plan_tracking.storage.plans import signatures_of


async def refuse_plan(
    database: Database,
    call: Call,
    signing: Signing,
    plan_id: UUID,
    *,
    revision: int,
    content_hash: bytes,
    reason: str,
    expected_version: int,
) -> UUID:
    """Refuse; returns the plan's id. Raises NotOffered, ContentChanged, AlreadySigned, and as signing does."""
    async with database.transaction(call) as tx:
        require_person(tx.identity, "plan.refuse")
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        employee = file.require("plan.refuse")
        offered = await file.offered("refuse")
        if offered.number != revision or offered.content_hash != content_hash:
            raise ContentChanged
        if any(each.person_id == employee for each in await signatures_of(tx, plan_id, offered.number)):
            raise AlreadySigned
        require_standing(tx.identity, signing.system_now)
        require_proof(tx.identity, file.rules, signing.system_now)
        await void_silence(file, offered.number)
        refusal = RefusalRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            plan_id=plan_id,
            revision=offered.number,
            kind=RefusalKind.STATED.value,
            recorded_by=employee,
            recorded_at=tx.now,
            decide_by=decide_by(file, tx.now),
            void=False,
        )
        refusal.reason = await tx.seal("refusal", "reason", refusal.id, file.plan.employee_id, reason.strip())
        tx.add(refusal)
        await sign_act(
            file,
            signing,
            Act.REFUSED,
            SignerRole.EMPLOYEE,
            revision=offered.number,
            content_hash=content_hash,
            locale=tx.identity.locale,
            statement=reason.strip(),
        )
        await take_effect(file, offered, refusal)
        return tx.done(plan_id)
