"""Sign the offered revision on the exact bytes; with both signatures it governs."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.steps import Step

from plan_tracking.acts import Acting, Shown, Signing, acting_as, require_shown, require_signer, sign_act
from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.signing import Act, AlreadySigned, SignerRole, SigningBlocked, require_person
from plan_tracking.governing import put_in_force, void_silence
from plan_tracking.ledger import complete, expect, step_of
from plan_tracking.storage.plan_tables import RevisionRow
from plan_tracking.storage.plans import signatures_of
from plan_tracking.views import events_of


async def sign_plan(
    database: Database,
    call: Call,
    signing: Signing,
    plan_id: UUID,
    shown: Shown,
    *,
    counter_statement: str,
    locale: str,
    expected_version: int,
) -> UUID:
    """Sign as employee or manager, in any order; returns the plan's id. The counter-statement is the employee's alone.

    Raises NotOffered, ContentChanged, SigningBlocked, AlreadySigned, StandingTooOld, FreshLoginRequired, and Forbidden
    for machines.
    """
    async with database.transaction(call) as tx:
        require_person(tx.identity, "plan.sign")
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        role = acting_as(file, file.require("plan.sign"))
        offered = await require_shown(file, "sign", shown)
        if file.interview.open_disputes:
            raise SigningBlocked(count=len(file.interview.open_disputes))
        signed = {each.role for each in await signatures_of(tx, plan_id, offered.number)}
        if role in signed:
            raise AlreadySigned
        require_signer(file, signing)
        statement = counter_statement.strip() if role is SignerRole.EMPLOYEE else ""
        acting = Acting(Act.SIGNED, role, offered.number, shown.content_hash, locale, statement)
        await sign_act(file, signing, acting)
        file.touch()
        if signed:
            await _govern(file, offered, shown.content_hash)
        else:
            await _await_other(file, offered, role)
        return tx.done(plan_id)


async def _govern(file: Casefile, offered: RevisionRow, content_hash: bytes) -> None:
    await void_silence(file, offered.number)
    await complete(file, Step.SIGNED, offered.sign_occurrence)
    await put_in_force(file, offered)
    events = await events_of(file)
    file.record("signed", events.signed(content_hash, file.tx.now), revision=offered.number)


async def _await_other(file: Casefile, offered: RevisionRow, role: SignerRole) -> None:
    if role is SignerRole.EMPLOYEE:
        await void_silence(file, offered.number)
    row = await step_of(file.tx, file.plan.interview_id, Step.SIGNED, offered.sign_occurrence)
    if row is not None and row.state == "open":
        other = file.plan.manager_id if role is SignerRole.EMPLOYEE else file.plan.employee_id
        expect(file.tx, row, other)
    events = await events_of(file)
    file.record("partly_signed", events.partly_signed(role), revision=offered.number, role=role)
