"""Freezes a launched cycle's population and opens its interviews, chunk by chunk."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.errors import NotYetVisible
from common.operations import Job
from common.transaction import Transaction
from sqlalchemy import insert, select

from interview_record.domain.cycles import CycleState
from interview_record.domain.interview import HasOpenInterview, PersonInactive
from interview_record.domain.population import LeftOut
from interview_record.facts_events import population_frozen
from interview_record.opening import OpeningRequest, open_interview
from interview_record.storage.calendars import work_time
from interview_record.storage.candidates import Member, members_of
from interview_record.storage.cycle_tables import CycleMemberRow, CycleRow
from interview_record.storage.facts_queries import person_of, still_accepted

if TYPE_CHECKING:
    from common.database import Database

OPENED_AT_ONCE = 25
ANNOUNCED_AT_ONCE = 500
WRITTEN_AT_ONCE = 1000


async def launch_cycle(database: "Database", job: Job) -> None:
    """Freeze once, open what is not open yet, then publish the population; a cancelled cycle opens no more."""
    cycle_id = UUID(job.params["cycle_id"])
    if not job.cursor:
        async with database.job(job) as tx:
            await _freeze(tx, job, await tx.get(CycleRow, cycle_id))
    while True:
        async with database.job(job) as tx:
            cycle = await tx.get(CycleRow, cycle_id, lock=False)
            opened = await _open_some(tx, job, cycle) if cycle.state == CycleState.LAUNCHED else 0
            job.advance(opened)
        if opened == 0:
            break
    while True:
        async with database.job(job) as tx:
            announced = await _announce_some(tx, await tx.get(CycleRow, cycle_id, lock=False))
        if announced == 0:
            return


async def _freeze(tx: Transaction, job: Job, cycle: CycleRow) -> None:
    members = await members_of(tx.session, cycle)
    rows = [_row(cycle, member) for member in members]
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        await tx.session.execute(insert(CycleMemberRow), rows[start : start + WRITTEN_AT_ONCE])
    inside = sum(member.left_out is None for member in members)
    job.result |= {"resource_type": "cycle", "resource_id": str(cycle.id)}
    job.result |= {"members": inside, "left_out": len(members) - inside, "opened": 0}
    job.advance(0, total=inside, cursor={"frozen": True})


def _row(cycle: CycleRow, member: Member) -> dict[str, object]:
    return {
        "tenant_id": cycle.tenant_id,
        "cycle_id": cycle.id,
        "person_id": member.person_id,
        "left_out_reason": member.left_out,
        "interview_id": None,
        "shortfall_ids": list(member.shortfall_ids),
        "dimensions": member.dimensions,
        "announced": False,
    }


async def _open_some(tx: Transaction, job: Job, cycle: CycleRow) -> int:
    rows = await tx.session.scalars(
        select(CycleMemberRow)
        .where(
            CycleMemberRow.tenant_id == tx.tenant_id,
            CycleMemberRow.cycle_id == cycle.id,
            CycleMemberRow.left_out_reason.is_(None),
            CycleMemberRow.interview_id.is_(None),
        )
        .order_by(CycleMemberRow.person_id)
        .limit(OPENED_AT_ONCE)
        .with_for_update()
    )
    members = list(rows)
    for member in members:
        await _open(tx, job, cycle, member)
    return len(members)


async def _open(tx: Transaction, job: Job, cycle: CycleRow, member: CycleMemberRow) -> None:
    person = await person_of(tx.session, tx.tenant_id, member.person_id)
    try:
        # Asked first: a case that has no calendar must not be half open.
        await work_time(tx.session, tx.tenant_id, person.calendar_code, person.time_zone)
        shortfall_ids = await still_accepted(tx.session, tx.tenant_id, member.shortfall_ids)
        member.interview_id = await open_interview(tx, _request(cycle, member.person_id, shortfall_ids))
    except NotYetVisible:
        member.left_out_reason = LeftOut.CALENDAR_UNKNOWN
    except HasOpenInterview:
        member.left_out_reason = LeftOut.HAS_OPEN_INTERVIEW
    except PersonInactive:
        member.left_out_reason = LeftOut.LEAVING
    outcome = "opened" if member.interview_id else "left_out"
    job.result[outcome] = job.result.get(outcome, 0) + 1


def _request(cycle: CycleRow, person_id: UUID, shortfall_ids: list[UUID]) -> OpeningRequest:
    return OpeningRequest(
        employee_id=person_id,
        cycle_id=cycle.id,
        playbook_id=cycle.playbook_id,
        playbook_version=cycle.playbook_version,
        hold_by=None,
        window_ends_on=cycle.window_until,
        shortfall_ids=shortfall_ids,
        period_from=cycle.period_from,
        period_until=cycle.period_until,
        window_from=cycle.window_from,
    )


async def _announce_some(tx: Transaction, cycle: CycleRow) -> int:
    rows = await tx.session.scalars(
        select(CycleMemberRow)
        .where(
            CycleMemberRow.tenant_id == tx.tenant_id,
            CycleMemberRow.cycle_id == cycle.id,
            CycleMemberRow.announced.is_(False),
        )
        .order_by(CycleMemberRow.person_id)
        .limit(ANNOUNCED_AT_ONCE)
        .with_for_update()
    )
    members = list(rows)
    if members:
        tx.publish(cycle.id, population_frozen(cycle, members))
    for member in members:
        member.announced = True
    return len(members)
