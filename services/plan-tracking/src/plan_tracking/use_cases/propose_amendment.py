"""Propose to replace a measure inside its goal and dates; the employee acknowledges it."""

import json
from dataclasses import asdict, replace
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, Kind
from common.ids import new_id

from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.amending import amend
from plan_tracking.domain.content import Content, Measure, content_hash
from plan_tracking.domain.diff import diff
from plan_tracking.domain.states import AmendmentState
from plan_tracking.storage.contents import load_content
from plan_tracking.storage.copies import person_of
from plan_tracking.storage.plan_tables import AmendmentRow
from plan_tracking.storage.plans import open_amendment
from plan_tracking.views import events_of


class AmendmentOpen(AppError):
    """One amendment at a time."""

    kind = Kind.CONFLICT
    reason = "AMENDMENT_OPEN"
    en = "An amendment waits for the employee already; take it back first."
    zh = "已有一项修订等待员工确认，请先撤回。"


async def propose_amendment(
    database: Database, call: Call, plan_id: UUID, measure_id: UUID, by: Measure, reason: str, expected_version: int
) -> UUID:
    """Propose the replacement; returns the amendment's id. Raises NotInForce, AmendmentOpen, MaterialChange."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        manager = file.require_manager("plan.propose_amendment")
        file.in_force("propose_amendment")
        if await open_amendment(tx, plan_id) is not None:
            raise AmendmentOpen
        if by.owner_id is not None:
            await person_of(tx, by.owner_id)
        revision = await file.revision(file.plan.revision_in_force)
        before = await load_content(tx, revision.id, file.plan.employee_id)
        new = replace(by, measure_id=new_id(), proposed_by=manager, edited_by=manager)
        after = amend(before, measure_id, new, file.plan.employee_id)
        row = await _write(file, before, after, measure_id, new.measure_id, reason.strip())
        file.touch()
        proposed = (await events_of(file)).amendment_proposed(row.number, measure_id, manager)
        file.record("amendment_proposed", proposed, amendment_id=row.id, measure_id=measure_id)
        return tx.done(row.id)


async def _write(
    file: Casefile, before: Content, after: Content, measure_id: UUID, replacement_id: UUID, reason: str
) -> AmendmentRow:
    tx, plan = file.tx, file.plan
    number = plan.amendment_in_force + 1
    frozen = after.frozen(file.heading(plan.revision_in_force), number)
    measure = next(each for each in after.measures if each.measure_id == replacement_id)
    texts = {
        "replacement": json.dumps(measure.frozen(), ensure_ascii=False),
        "reason": reason,
        "changes": json.dumps([asdict(each) for each in diff(before, after)], ensure_ascii=False, default=str),
        "content": frozen.decode(),
    }
    row_id = new_id()
    sealed = {
        column: await tx.seal("amendment", column, row_id, plan.employee_id, text) for column, text in texts.items()
    }
    row = AmendmentRow(
        tenant_id=tx.tenant_id,
        id=row_id,
        plan_id=plan.id,
        revision=plan.revision_in_force,
        number=number,
        state=AmendmentState.PROPOSED.value,
        measure_id=measure_id,
        replacement_id=replacement_id,
        content_hash=content_hash(frozen),
        proposed_by=measure.proposed_by or tx.identity.person_id,
        proposed_at=tx.now,
        **sealed,
    )
    tx.add(row)
    return row
