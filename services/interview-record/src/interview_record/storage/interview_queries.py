"""Lists of interviews and what stands beside them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.domain.disputes import DisputeState
from interview_record.rules import PlaybookRules, read_rules
from interview_record.storage.cycle_tables import PlaybookVersionRow
from interview_record.storage.interview_tables import BriefingRow, DisputeRow, InterviewRow
from interview_record.storage.record_tables import BookingRow


def interviews(
    tenant_id: UUID,
    visible: ColumnElement[bool],
    *,
    states: Collection[str] = (),
    cycle_id: UUID | None = None,
    employee_id: UUID | None = None,
    manager_id: UUID | None = None,
    under_unit_id: UUID | None = None,
    employee_type: str = "",
    needs_manager_only: bool = False,
) -> Select[InterviewRow]:
    """Return the statement for the interviews that fit; the caller pages it."""
    where: list[ColumnElement[bool]] = [InterviewRow.tenant_id == tenant_id, visible]
    if states:
        where.append(InterviewRow.state.in_(states))
    if cycle_id:
        where.append(InterviewRow.cycle_id == cycle_id)
    if employee_id:
        where.append(InterviewRow.employee_id == employee_id)
    if manager_id:
        where.append(InterviewRow.manager_id == manager_id)
    if under_unit_id:
        where.append(InterviewRow.dimensions["unit_path"].contains([str(under_unit_id)]))
    if employee_type:
        where.append(InterviewRow.dimensions["employee_type"].as_string() == employee_type)
    if needs_manager_only:
        where.append(InterviewRow.manager_id.is_(None))
    return select(InterviewRow).where(*where)


OPEN_FIRST = case((DisputeRow.state == DisputeState.OPEN, 0), else_=1)


def disputes_of(
    tenant_id: UUID,
    visible: ColumnElement[bool],
    *,
    interview_id: UUID | None = None,
    state: str = "",
    under_unit_id: UUID | None = None,
) -> Select[DisputeRow]:
    """Return the statement for the disputes of visible interviews that fit; the caller pages it."""
    of_interview = (InterviewRow.tenant_id == DisputeRow.tenant_id) & (InterviewRow.id == DisputeRow.interview_id)
    where: list[ColumnElement[bool]] = [DisputeRow.tenant_id == tenant_id, visible]
    if interview_id:
        where.append(DisputeRow.interview_id == interview_id)
    if state:
        where.append(DisputeRow.state == state)
    if under_unit_id:
        where.append(InterviewRow.unit_path.contains([under_unit_id]))
    return select(DisputeRow).join(InterviewRow, of_interview).where(*where)


async def rules_by_playbook(
    session: AsyncSession, tenant_id: UUID, rows: Sequence[InterviewRow]
) -> dict[tuple[UUID, int], PlaybookRules]:
    """Return the rules of all playbook versions that the interviews began with."""
    wanted = {(row.playbook_id, row.playbook_version) for row in rows}
    found = await session.scalars(
        select(PlaybookVersionRow).where(
            PlaybookVersionRow.tenant_id == tenant_id,
            tuple_(PlaybookVersionRow.playbook_id, PlaybookVersionRow.number).in_(wanted),
        )
    )
    return {(each.playbook_id, each.number): read_rules(each.rules) for each in found}


async def bookings_by_id(
    session: AsyncSession, tenant_id: UUID, rows: Sequence[InterviewRow]
) -> dict[UUID, BookingRow]:
    """Return the bookings that the interviews have now."""
    wanted = [row.booking_id for row in rows if row.booking_id is not None]
    found = await session.scalars(
        select(BookingRow).where(BookingRow.tenant_id == tenant_id, BookingRow.id.in_(wanted))
    )
    return {each.id: each for each in found}


async def briefing_of(session: AsyncSession, row: InterviewRow, number: int = 0) -> BriefingRow | None:
    """Return a shared version, by default the newest."""
    statement: Select[Any] = select(BriefingRow).where(
        BriefingRow.tenant_id == row.tenant_id,
        BriefingRow.interview_id == row.id,
        BriefingRow.number == (number or row.briefing_version),
    )
    found: BriefingRow | None = await session.scalar(statement)
    return found
