"""Witness a recorded silence, which makes it a refusal."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, Kind

from plan_tracking.acts import Acting, Signing, sign_act
from plan_tracking.casefile import open_plan
from plan_tracking.domain.signing import Act, SignerRole
from plan_tracking.domain.states import RefusalKind
from plan_tracking.refusals import take_effect
from plan_tracking.storage.plans import refusal_of


class NoSilenceRecorded(AppError):
    """There is nothing to witness."""

    kind = Kind.PRECONDITION
    reason = "NO_SILENCE_RECORDED"
    en = "No silence waits for a witness on this plan."
    zh = "该计划没有待见证的未回应记录。"


async def witness_silence(
    database: Database, call: Call, signing: Signing, plan_id: UUID, expected_version: int
) -> UUID:
    """Witness as the HRBP; returns the plan's id. Raises NotOffered, NoSilenceRecorded."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        witness = file.require("plan.witness_silence")
        offered = await file.offered("witness_silence")
        refusal = await refusal_of(tx, plan_id, offered.number)
        if refusal is None or refusal.kind != RefusalKind.SILENCE or refusal.witnessed_at is not None:
            raise NoSilenceRecorded
        refusal.witnessed_by, refusal.witnessed_at = witness, tx.now
        acting = Acting(
            Act.WITNESSED,
            SignerRole.WITNESS,
            revision=offered.number,
            content_hash=offered.content_hash or b"",
            locale=tx.identity.locale,
        )
        await sign_act(file, signing, acting)
        await take_effect(file, offered, refusal)
        return tx.done(plan_id)
