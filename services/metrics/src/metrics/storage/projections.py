"""From a fact to its row: applied only when newer, so that neither order nor repetition changes the outcome.

Called under the subject's lock; what a row takes from another row is brought up to date whichever comes last.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from common.steps import Step, step_id
from common.tables import ProjectionRow
from common.transaction import Transaction
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from metrics.domain import facts
from metrics.domain.moments import MONTH, end_of_day, month_of, plan_ended_on
from metrics.domain.verdicts import FOLLOW_UP, standing_of
from metrics.storage.tables import (
    BlockerRow,
    CycleMemberRow,
    EvaluationRow,
    InterviewRow,
    LedgerRow,
    PersonRow,
    PlanRow,
    TenantZoneRow,
    UnitRow,
)

P = TypeVar("P", bound=ProjectionRow)
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_UNKNOWN_ZONE = "UTC"
# Everything that is built from facts, with the column that names their subject.
_BUILT = (
    (TenantZoneRow, TenantZoneRow.id),
    (UnitRow, UnitRow.id),
    (PersonRow, PersonRow.id),
    (CycleMemberRow, CycleMemberRow.cycle_id),
    (InterviewRow, InterviewRow.employee_id),
    (LedgerRow, LedgerRow.employee_id),
    (EvaluationRow, EvaluationRow.employee_id),
    (PlanRow, PlanRow.employee_id),
    (BlockerRow, BlockerRow.employee_id),
)


async def apply(tx: Transaction, said: facts.Said, stamp: facts.Stamp) -> None:
    """Bring the rows up to what is said."""
    match said:
        case facts.StepFact():
            await _apply_step(tx, said, stamp)
        case facts.InterviewFact():
            await _apply_interview(tx, said, stamp)
        case facts.EvaluationFact():
            await _apply_evaluation(tx, said, stamp)
        case facts.PlanFact():
            await _apply_plan(tx, said, stamp)
        case facts.BlockerFact():
            await _put(tx, BlockerRow, said.blocker_id, stamp, _values(said, "blocker_id"))
        case facts.PersonFact():
            await _apply_person(tx, said, stamp)
        case facts.PopulationFact():
            await _apply_population(tx, said)
        case facts.UnitFact():
            await _put(tx, UnitRow, said.unit_id, stamp, {"path": list(said.path)})
        case facts.TenantFact():
            await _apply_tenant(tx, said, stamp)


async def forget(tx: Transaction, subject_id: UUID) -> None:
    """Remove what was built from the subject's facts; the facts stay."""
    for row, column in _BUILT:
        await tx.session.execute(delete(row).where(row.tenant_id == tx.tenant_id, column == subject_id))


async def _put(tx: Transaction, row: type[P], id: UUID, stamp: facts.Stamp, values: dict[str, Any]) -> P | None:
    """Return the row with the values set, or None if it has seen a newer event of its aggregate."""
    found = await tx.session.get(row, (tx.tenant_id, id))
    values = {**values, "epoch": stamp.epoch, "sequence": stamp.sequence}
    if found is None:
        found = row(**{**values, "tenant_id": tx.tenant_id, "id": id})
        tx.add(found)
        # Known by its key from here on.
        await tx.session.flush()
        return found
    if (stamp.epoch, stamp.sequence) <= (found.epoch, found.sequence):
        return None
    for name, value in values.items():
        setattr(found, name, value)
    return found


async def _apply_step(tx: Transaction, step: facts.StepFact, stamp: facts.Stamp) -> None:
    zone = await _zone_of(tx, step.employee_id)
    derived = {"sorts_at": step.due_at or END_OF_TIME, "month": month_of(step.due_at, zone)}
    if await _put(tx, LedgerRow, step.step_id, stamp, {**_values(step, "step_id"), **derived}):
        await _judge(tx, step.interview_id, zone)


async def _apply_interview(tx: Transaction, interview: facts.InterviewFact, stamp: facts.Stamp) -> None:
    values = {**_values(interview, "interview_id", "dimensions"), **_dimensions(interview.dimensions)}
    values |= {
        "manager_id": interview.manager_id,
        "first_manager_id": interview.dimensions.manager_id,
        "cycle_id": interview.dimensions.cycle_id,
    }
    if await _put(tx, InterviewRow, interview.interview_id, stamp, values):
        await _judge(tx, interview.interview_id, await _zone_of(tx, interview.employee_id))


async def _apply_evaluation(tx: Transaction, evaluation: facts.EvaluationFact, stamp: facts.Stamp) -> None:
    id = step_id(evaluation.interview_id, Step.EVALUATED, evaluation.evaluator)
    values = {**_values(evaluation, "evaluated_at"), "position": stamp.position}
    await _put(tx, EvaluationRow, id, stamp, values)


async def _apply_plan(tx: Transaction, plan: facts.PlanFact, stamp: facts.Stamp) -> None:
    if row := await _put(tx, PlanRow, plan.plan_id, stamp, _values(plan, "plan_id")):
        _date_plan(row, await _zone_of(tx, plan.employee_id))


async def _apply_person(tx: Transaction, person: facts.PersonFact, stamp: facts.Stamp) -> None:
    values = {**_values(person, "person_id", "dimensions"), **_dimensions(person.dimensions)}
    values["manager_id"] = person.dimensions.manager_id
    known = await tx.session.get(PersonRow, (tx.tenant_id, person.person_id))
    zone = known.time_zone if known else None
    if await _put(tx, PersonRow, person.person_id, stamp, values) and zone != person.time_zone:
        await _move_zone(tx, person.person_id, person.time_zone)


async def _apply_tenant(tx: Transaction, tenant: facts.TenantFact, stamp: facts.Stamp) -> None:
    known = await tx.session.get(TenantZoneRow, (tx.tenant_id, tenant.tenant_id))
    earliest = min(known.tenant_created_at, tenant.created_at) if known else tenant.created_at
    values = {"time_zone": tenant.time_zone, "tenant_created_at": earliest}
    await _put(tx, TenantZoneRow, tenant.tenant_id, stamp, values)
    if known:
        # The earliest of all facts, old ones included: later ones may state it anew.
        known.tenant_created_at = earliest


async def _apply_population(tx: Transaction, population: facts.PopulationFact) -> None:
    rows = [
        {
            "tenant_id": tx.tenant_id,
            "cycle_id": population.cycle_id,
            "person_id": member.person_id,
            **_dimensions(member.dimensions),
            "manager_id": member.dimensions.manager_id,
            "interview_id": member.interview_id,
            "left_out_reason": member.left_out_reason,
        }
        for member in population.members
    ]
    if rows:
        # Frozen once: what was said of a member is never said otherwise.
        await tx.session.execute(upsert(CycleMemberRow).on_conflict_do_nothing(), rows)


async def _judge(tx: Transaction, interview_id: UUID, zone: str) -> None:
    """Bring the case's standing up to its ledger rows."""
    interview = await tx.session.get(InterviewRow, (tx.tenant_id, interview_id))
    if interview is None:
        return
    of_interview = (LedgerRow.tenant_id == tx.tenant_id, LedgerRow.interview_id == interview_id)
    rows = (await tx.session.scalars(select(LedgerRow).where(*of_interview))).all()
    for row in rows:
        row.counted_manager_id = row.manager_id if row.step in FOLLOW_UP else interview.first_manager_id
    standing = standing_of(rows, interview.state)
    interview.last_due_at = standing.last_due_at
    interview.month = month_of(standing.last_due_at, zone)
    interview.countable, interview.compliant = standing.countable, standing.compliant


async def _move_zone(tx: Transaction, person_id: UUID, zone: str) -> None:
    """Date the person's rows anew: local days and months are those of their zone."""
    mine = (LedgerRow.tenant_id == tx.tenant_id, LedgerRow.employee_id == person_id)
    for row in await tx.session.scalars(select(LedgerRow).where(*mine)):
        row.month = month_of(row.due_at, zone)
    interviews = select(InterviewRow).where(
        InterviewRow.tenant_id == tx.tenant_id, InterviewRow.employee_id == person_id
    )
    for interview in await tx.session.scalars(interviews):
        interview.month = month_of(interview.last_due_at, zone)
    plans = select(PlanRow).where(PlanRow.tenant_id == tx.tenant_id, PlanRow.employee_id == person_id)
    for plan in await tx.session.scalars(plans):
        _date_plan(plan, zone)


def _date_plan(row: PlanRow, zone: str) -> None:
    row.ended_on = plan_ended_on(row, zone)
    row.ends_at = end_of_day(row.ended_on, zone) if row.ended_on else None
    row.month = row.ended_on.strftime(MONTH) if row.ended_on else None


async def _zone_of(tx: Transaction, person_id: UUID) -> str:
    person = await tx.session.get(PersonRow, (tx.tenant_id, person_id))
    return person.time_zone if person else _UNKNOWN_ZONE


def _values(said: Any, *without: str) -> dict[str, Any]:
    return {name: value for name, value in vars(said).items() if name not in without}


def _dimensions(dimensions: facts.Dimensions) -> dict[str, Any]:
    named = asdict(dimensions)
    del named["manager_id"], named["cycle_id"]
    return {**named, "unit_path": list(dimensions.unit_path)}
