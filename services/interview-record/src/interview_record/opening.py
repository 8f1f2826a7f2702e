"""Opening a case: one way for a single interview and for a cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import select

from interview_record import ledger
from interview_record.casefile import case_of_row
from interview_record.domain.interview import HasOpenInterview, PersonInactive, State
from interview_record.storage.facts_queries import manager_of, person_of, shortfalls_of
from interview_record.storage.facts_tables import PersonRow
from interview_record.storage.interview_tables import InterviewRow


@dataclass(frozen=True)
class OpeningRequest:
    """What a case begins with; `hold_by` is the last day to hold it, the window's last day for a cycle."""

    employee_id: UUID
    cycle_id: UUID | None
    playbook_id: UUID
    playbook_version: int
    hold_by: date | None
    window_ends_on: date | None
    shortfall_ids: Sequence[UUID]
    period_from: date
    period_until: date
    window_from: date | None = None


async def open_interview(tx: Transaction, request: OpeningRequest) -> UUID:
    """Open the case with its ledger rows and return its id.

    Raises NotYetVisible for a person, calendar or playbook that has not arrived, PersonInactive, HasOpenInterview,
    NotFound for a shortfall that is not an accepted one of the employee.
    """
    person = await person_of(tx.session, tx.tenant_id, request.employee_id)
    if not person.active or person.placeholder:
        raise PersonInactive
    if (running := await _unfinished(tx, request.employee_id)) is not None:
        raise HasOpenInterview(interview_id=running)
    row = await _new_row(tx, request, person)
    tx.add(row)
    await tx.session.flush()
    file = await case_of_row(tx, row)
    await ledger.open_ledger(file)
    file.record("opened", file.events.opened(), employee_id=row.employee_id, cycle_id=row.cycle_id)
    return row.id


async def _unfinished(tx: Transaction, employee_id: UUID) -> UUID | None:
    found: UUID | None = await tx.session.scalar(
        select(InterviewRow.id).where(
            InterviewRow.tenant_id == tx.tenant_id,
            InterviewRow.employee_id == employee_id,
            InterviewRow.state.in_([State.OPEN, State.IN_PROGRESS]),
        )
    )
    return found


async def _new_row(tx: Transaction, request: OpeningRequest, person: PersonRow) -> InterviewRow:
    manager_id = await manager_of(tx.session, person)
    hold_by = request.window_ends_on or request.hold_by
    if hold_by is None:
        raise ValueError("an interview needs a window's end or a hold-by date")
    shortfalls = await shortfalls_of(tx.session, tx.tenant_id, request.employee_id, request.shortfall_ids)
    return InterviewRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        employee_id=person.id,
        manager_id=manager_id,
        cycle_id=request.cycle_id,
        playbook_id=request.playbook_id,
        playbook_version=request.playbook_version,
        state=State.OPEN,
        opened_at=tx.now,
        opened_by=tx.identity.actor or tx.identity.subject,
        hold_by=hold_by,
        window_from=request.window_from,
        period_from=request.period_from,
        period_until=request.period_until,
        dimensions=_dimensions(person, manager_id),
        unit_path=person.unit_path,
        shortfalls=[
            {
                "shortfall_id": str(each.id),
                "shortfall_type": each.shortfall_type or "",
                "metric_code": each.metric_code,
            }
            for each in shortfalls
        ],
    )


def _dimensions(person: PersonRow, manager_id: UUID | None) -> dict[str, Any]:
    return {
        "unit_id": str(person.unit_id),
        "unit_path": [str(each) for each in person.unit_path],
        "job_family": person.job_family,
        "core_family": person.core_family,
        "level": person.level,
        "manager_id": str(manager_id) if manager_id else "",
        "employee_type": person.employee_type,
    }
