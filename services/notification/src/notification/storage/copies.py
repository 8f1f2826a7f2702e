"""Read copies: finding or beginning a row, and what is asked of them."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from common.errors import NotYetVisible
from common.tables import ProjectionRow
from common.transaction import Transaction
from common.workdays import WorkCalendar, WorkingHours
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from notification.storage.copy_tables import (
    BookingRow,
    CalendarRow,
    GrantRow,
    InterviewRow,
    PersonRow,
    PlanRow,
    StepRow,
    UnitRow,
)

R = TypeVar("R", bound=ProjectionRow)


async def copy_row(tx: Transaction, row: type[R], id: UUID) -> R:
    """Return the copy, locked, or a new one that the caller fills and adds once it applied the event."""
    found = await tx.session.get(row, (tx.tenant_id, id), with_for_update=True)
    return found or row(tenant_id=tx.tenant_id, id=id, epoch=0, sequence=0)  # type: ignore[call-arg]


async def arrived(tx: Transaction, row: type[R], id: UUID) -> R:
    """Return the copy; raise NotYetVisible until it has arrived."""
    found = await tx.session.get(row, (tx.tenant_id, id))
    if found is None:
        raise NotYetVisible(resource=row.__tablename__, id=id)  # type: ignore[attr-defined]
    return found


async def calendar_of(tx: Transaction, person: PersonRow) -> WorkCalendar:
    """Return the person's work calendar; raise NotYetVisible until it has arrived."""
    row = await tx.session.scalar(
        select(CalendarRow)
        .where(CalendarRow.tenant_id == tx.tenant_id, CalendarRow.code == person.calendar_code)
        .order_by(CalendarRow.calendar_version.desc())
        .limit(1)
    )
    if row is None:
        raise NotYetVisible(resource="calendar", id=person.calendar_code)
    years = {int(year): bytes.fromhex(bitmap) for year, bitmap in row.years.items()}
    hours = row.hours
    return WorkCalendar.of_years(
        years, WorkingHours.of_minutes(hours["opens"], hours["closes"], hours["break_from"], hours["break_until"])
    )


async def hrbps_of(session: AsyncSession, tenant_id: UUID, employee: PersonRow, *not_these: UUID | None) -> list[UUID]:
    """Return the HRBPs of the unit nearest to the employee that has any, without those who are part of the case."""
    unit = await session.get(UnitRow, (tenant_id, employee.unit_path[-1])) if employee.unit_path else None
    path = unit.path if unit else employee.unit_path
    rows = (
        await session.execute(
            select(GrantRow.unit_id, GrantRow.person_id)
            .where(
                GrantRow.tenant_id == tenant_id,
                GrantRow.role == "hrbp",
                GrantRow.revoked.is_(False),
                or_(GrantRow.unit_id.is_(None), GrantRow.unit_id.in_(path)),
                GrantRow.person_id.not_in({employee.id, *(each for each in not_these if each)}),
            )
            .order_by(GrantRow.person_id)
        )
    ).all()
    for unit_id in [*reversed(path), None]:
        if found := list(dict.fromkeys(person for granted, person in rows if granted == unit_id)):
            return found
    return []


async def plan_of(session: AsyncSession, tenant_id: UUID, interview_id: UUID) -> PlanRow | None:
    """Return the case's plan, if one was drafted."""
    return await session.scalar(
        select(PlanRow).where(PlanRow.tenant_id == tenant_id, PlanRow.interview_id == interview_id).limit(1)
    )


async def next_check_in(session: AsyncSession, tenant_id: UUID, missed: StepRow) -> StepRow | None:
    """Return the check-in that is due next after a missed one."""
    return await session.scalar(
        select(StepRow)
        .where(
            StepRow.tenant_id == tenant_id,
            StepRow.interview_id == missed.interview_id,
            StepRow.step == missed.step,
            StepRow.state == "open",
            StepRow.due_at > missed.due_at,
        )
        .order_by(StepRow.due_at)
        .limit(1)
    )


async def people_of(session: AsyncSession, tenant_id: UUID, ids: Sequence[UUID]) -> dict[UUID, PersonRow]:
    """Return those of the people who have arrived, by id."""
    found = await session.scalars(select(PersonRow).where(PersonRow.tenant_id == tenant_id, PersonRow.id.in_(ids)))
    return {row.id: row for row in found}


async def case_of(tx: Transaction, interview_id: UUID) -> InterviewRow:
    """Return the interview; raise NotYetVisible until it has arrived."""
    return await arrived(tx, InterviewRow, interview_id)


async def live_booking(session: AsyncSession, tenant_id: UUID, interview_id: UUID) -> BookingRow | None:
    """Return the case's booking that is proposed or confirmed, if there is one."""
    return await session.scalar(
        select(BookingRow)
        .where(
            BookingRow.tenant_id == tenant_id,
            BookingRow.interview_id == interview_id,
            BookingRow.state.in_(["proposed", "confirmed"]),
        )
        .order_by(BookingRow.starts_at.desc())
        .limit(1)
    )
