"""Who hears what of one row of the ledger: before it is due, once it is past due, when it is missed or waived."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from common.transaction import Transaction

from notification.domain.notice import Guard, Values
from notification.parties import Parties
from notification.storage.copies import live_booking, next_check_in, plan_of
from notification.storage.copy_tables import StepRow
from notification.words import iso

# Reminded of in their own words; all other steps by their name.
_OF_MANAGER = {"checked_in": "check_in_due", "reviewed": "review_due"}
# A check-in is missed for good, which its owner says; a self-analysis falls due as the conversation begins.
_NEVER_OVERDUE = frozenset({"checked_in", "self_analysis"})


def parties_of(tx: Transaction, step: StepRow) -> Parties:
    """Return the people of the step's case; messages lead to the interview."""
    return Parties(tx, step, "interview", step.interview_id, step.interview_id)


async def remind(tx: Transaction, step: StepRow) -> None:
    """Remind whoever is expected to act, while it is still of use."""
    if step.state != "open" or step.due_at is None or step.due_at <= tx.now:
        return
    parties, due_at = parties_of(tx, step), step.due_at
    values, guard = parties.about_employee(moments={"due_at": due_at}), _guard(step, expires=True)
    if template := _OF_MANAGER.get(step.step):
        await parties.tell_manager(template, _slot(step), values, guard=guard, deadline=due_at)
    elif step.step == "self_analysis":
        template = "self_analysis_reminder" if step.required else "self_analysis_invited"
        await parties.tell_employee(template, _slot(step), values, guard=guard, deadline=due_at)
    elif step.step == "evaluated":
        await _tell_responsible(parties, step, "evaluation_due", values, guard)
    elif step.step == "signed":
        await _remind_to_sign(parties, step, due_at, guard)
    elif step.step == "archived":
        # Done by the platform: nobody can act before it is late.
        return
    elif step.step != "held" or await live_booking(tx.session, tx.tenant_id, step.interview_id) is None:
        await _tell_responsible(parties, step, "step_due", _named(step), guard)


async def tell_overdue(tx: Transaction, step: StepRow) -> None:
    """Tell whoever is expected to act that it is late, and still worth doing."""
    if step.state != "open" or not step.required or step.step in _NEVER_OVERDUE:
        return
    parties, guard = parties_of(tx, step), _guard(step, expires=False)
    if step.step == "archived":
        await parties.tell_hrbps("step_overdue", _slot(step), _named(step), guard=guard)
    elif step.step == "signed":
        await _sign_overdue(parties, step, guard)
    else:
        await _tell_responsible(parties, step, "step_overdue", _named(step), guard)


async def tell_missed(tx: Transaction, step: StepRow) -> None:
    """Tell the manager of a check-in that was missed; other steps end missed with their case."""
    if step.step != "checked_in" or step.due_at is None:
        return
    following = await next_check_in(tx.session, tx.tenant_id, step)
    parties = parties_of(tx, step)
    moments = {"due_at": step.due_at, "next_due_at": following.due_at if following else None}
    await parties.tell_manager("check_in_missed", _slot(step), parties.about_employee(moments=moments))


async def tell_waived(tx: Transaction, step: StepRow, waived_by: str) -> None:
    """Tell everyone in the case but who decided it."""
    parties, values = parties_of(tx, step), Values.of(step=step.step)
    await parties.tell_both("step_waived", _slot(step), values, but=waived_by)
    await parties.tell_hrbps("step_waived", _slot(step), values, but=waived_by)


async def tell_takeover(tx: Transaction, step: StepRow) -> None:
    """Ask the new manager to read the plan in force and to confirm it."""
    parties = parties_of(tx, step)
    values = parties.about_employee(moments={"due_at": step.due_at})
    guard = Guard(step_id=str(step.id))
    await parties.tell_manager("takeover_needed", str(step.manager_id), values, guard=guard, deadline=step.due_at)


async def _remind_to_sign(parties: Parties, step: StepRow, due_at: datetime, guard: Guard) -> None:
    plan = await plan_of(parties.tx.session, parties.tx.tenant_id, step.interview_id)
    if plan is None or plan.revision_state == "draft":
        return
    if plan.revision_state == "refused":
        await parties.tell_hrbps("step_due", _slot(step), _named(step), guard=guard, deadline=due_at)
        return
    moments = {"due_at": due_at}
    for signer, other, tell_one in _signers(parties, step):
        if signer not in plan.signed_by:
            values = Values.of(people={"counterpart_name": other}, moments=moments)
            await tell_one("plan_sign_reminder", _slot(step), values, guard=guard, deadline=due_at)


async def _sign_overdue(parties: Parties, step: StepRow, guard: Guard) -> None:
    plan = await plan_of(parties.tx.session, parties.tx.tenant_id, step.interview_id)
    if plan is not None and plan.revision_state == "refused":
        await parties.tell_hrbps("step_overdue", _slot(step), _named(step), guard=guard)
        return
    offered = plan is not None and plan.revision_state == "offered"
    for signer, _, tell_one in _signers(parties, step):
        # Before the offer the plan waits for the manager alone.
        waits_for = signer not in plan.signed_by if plan is not None and offered else signer == step.manager_id
        if waits_for:
            await tell_one("step_overdue", _slot(step), _named(step), guard=guard)


def _signers(parties: Parties, step: StepRow) -> Iterator[tuple[UUID, UUID | None, Callable[..., Awaitable[None]]]]:
    yield step.employee_id, step.manager_id, parties.tell_employee
    if step.manager_id is not None:
        yield step.manager_id, step.employee_id, parties.tell_manager


async def _tell_responsible(parties: Parties, step: StepRow, template: str, values: Values, guard: Guard) -> None:
    more: dict[str, Any] = {"guard": guard, "deadline": step.due_at}
    responsible = step.responsible_id or step.manager_id
    if responsible is None:
        await parties.tell_hrbps(template, _slot(step), values, **more)
    elif responsible == step.employee_id:
        await parties.tell_employee(template, _slot(step), values, **more)
    elif responsible == step.manager_id:
        await parties.tell_manager(template, _slot(step), values, **more)
    else:
        await parties.tell_owner(template, responsible, _slot(step), values, **more)


def _named(step: StepRow) -> Values:
    return Values.of(moments={"due_at": step.due_at}, step=step.step)


def _guard(step: StepRow, *, expires: bool) -> Guard:
    due_at = iso(step.due_at)
    return Guard(step_id=str(step.id), step_due_at=due_at, expires_at=due_at if expires else "")


def _slot(step: StepRow) -> str:
    return f"{step.step}:{step.occurrence}:{iso(step.due_at)}"
