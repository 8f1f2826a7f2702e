"""Acknowledge a proposed amendment; it governs from then on."""

import json
from dataclasses import replace
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database

from plan_tracking.acts import Acting, Signing, sign_act
from plan_tracking.amendments import open_proposed
from plan_tracking.casefile import Casefile
from plan_tracking.domain.content import Measure
from plan_tracking.domain.signing import Act, SignerRole
from plan_tracking.domain.states import AmendmentState
from plan_tracking.storage.contents import answers_of, write_measure
from plan_tracking.storage.plan_tables import AmendmentRow, MeasureRow, RevisionRow
from plan_tracking.views import events_of


async def acknowledge_amendment(
    database: Database, call: Call, signing: Signing, amendment_id: UUID, expected_version: int
) -> UUID:
    """Acknowledge as the employee; returns the amendment's id."""
    async with database.transaction(call) as tx:
        file, row = await open_proposed(tx, amendment_id, "plan.acknowledge_amendment", expected_version)
        file.in_force("acknowledge_amendment")
        revision = await file.revision(file.plan.revision_in_force)
        await _replace_measure(file, revision, row)
        row.state, row.ended_at = AmendmentState.ACKNOWLEDGED.value, tx.now
        file.plan.amendment_in_force = row.number
        acting = Acting(
            Act.ACKNOWLEDGED,
            SignerRole.EMPLOYEE,
            revision=revision.number,
            content_hash=row.content_hash,
            locale=tx.identity.locale,
            amendment=row.number,
        )
        await sign_act(file, signing, acting)
        events = await events_of(file)
        file.record("amended", events.amended(row.content_hash, tx.now), amendment_id=row.id, number=row.number)
        return tx.done(amendment_id)


async def _replace_measure(file: Casefile, revision: RevisionRow, amendment: AmendmentRow) -> None:
    tx, employee_id = file.tx, file.plan.employee_id
    old = await tx.session.get(MeasureRow, (tx.tenant_id, revision.id, amendment.measure_id))
    if old is None:
        raise RuntimeError("an amendment of a measure that is not in force")
    sealed = amendment.replacement
    stored = json.loads(await tx.unseal("amendment", "replacement", amendment.id, employee_id, sealed))
    measure = Measure(
        amendment.replacement_id,
        old.goal_id,
        stored["action"],
        UUID(stored["owner_id"]),
        stored["resource"],
        stored["cadence"],
        date.fromisoformat(stored["due_on"]) if stored["due_on"] else None,
    )
    authored = replace(measure, proposed_by=amendment.proposed_by, edited_by=amendment.proposed_by)
    new = MeasureRow(
        tenant_id=tx.tenant_id,
        revision_id=revision.id,
        measure_id=measure.measure_id,
        plan_id=file.plan.id,
        position=old.position,
        amended_by=amendment.number,
    )
    await write_measure(tx, new, authored, employee_id)
    old.replaced_by = amendment.number
    for answer in await answers_of(tx, revision.id):
        if answer.measure_id == old.measure_id:
            answer.measure_id = measure.measure_id
