"""People move: open cases follow the manager line, and end with those who leave."""

from datetime import datetime
from uuid import UUID

from common.transaction import Transaction
from sqlalchemy import ColumnElement, select

from interview_record import ledger
from interview_record.casefile import Casefile, case_of_row
from interview_record.domain.interview import FINISHED, UNFINISHED, CancelReason
from interview_record.ending import cancel
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_queries import manager_of, person_of
from interview_record.storage.interview_tables import InterviewRow


async def reassign_cases_of(tx: Transaction, employee_id: UUID, effective_at: datetime) -> None:
    """Hand the employee's running cases to whoever leads them now; nobody means that the HRBP holds them."""
    person = await person_of(tx.session, tx.tenant_id, employee_id)
    manager_id = await manager_of(tx.session, person)
    for row in await _running(tx, InterviewRow.employee_id == employee_id):
        if row.manager_id != manager_id:
            await _hand_over(await case_of_row(tx, row), manager_id, effective_at)


async def follow_unit(tx: Transaction, person: PersonRow) -> None:
    """Let the HRBP of the person's unit see the running cases; what they are counted by stays as it was."""
    for row in await _running(tx, InterviewRow.employee_id == person.id):
        if row.unit_path != person.unit_path:
            row.unit_path = person.unit_path


async def adopt_cases_of(tx: Transaction, manager: PersonRow) -> None:
    """Give a manager who has arrived (a placeholder that became a person) the cases that waited for one."""
    reports = select(PersonRow.id).where(PersonRow.tenant_id == tx.tenant_id, PersonRow.manager_id == manager.id)
    waiting = InterviewRow.manager_id.is_(None) & InterviewRow.employee_id.in_(reports)
    for row in await _running(tx, waiting):
        await _hand_over(await case_of_row(tx, row), manager.id, tx.now)


async def leave(tx: Transaction, person_id: UUID, left_at: datetime) -> None:
    """End the leaver's unfinished case, and leave the cases they held to the HRBP until somebody follows."""
    for row in await _running(tx, InterviewRow.employee_id == person_id):
        if row.state in UNFINISHED:
            await cancel(await case_of_row(tx, row), CancelReason.PERSON_LEFT)
    for row in await _running(tx, InterviewRow.manager_id == person_id):
        file = await case_of_row(tx, row)
        successor = await manager_of(tx.session, file.person)
        await _hand_over(file, successor if successor != person_id else None, left_at)


async def _hand_over(file: Casefile, manager_id: UUID | None, effective_at: datetime) -> None:
    row, previous = file.row, file.row.manager_id
    if previous is not None:
        held = {"person_id": str(previous), "until": effective_at.isoformat()}
        row.past_managers = [*row.past_managers, held]
        row.past_manager_ids = [*row.past_manager_ids, previous]
    row.manager_id = manager_id
    await ledger.hand_over(file, effective_at)
    event = file.events.reassigned(previous, effective_at)
    file.record("reassigned", event, previous_manager_id=previous, new_manager_id=manager_id)


async def _running(tx: Transaction, condition: ColumnElement[bool]) -> list[InterviewRow]:
    rows = await tx.session.scalars(
        select(InterviewRow)
        .where(InterviewRow.tenant_id == tx.tenant_id, InterviewRow.state.not_in(list(FINISHED)), condition)
        .order_by(InterviewRow.id)
        .with_for_update()
    )
    return list(rows)
