"""Writing and finding read copies."""

from typing import Any, TypeVar
from uuid import UUID

from common.events import Event
from common.inbox import is_newer
from common.tables import ProjectionRow
from common.transaction import Transaction
from sqlalchemy import Select, select

from scheduling.storage.copy_tables import InterviewRow, PersonRow

R = TypeVar("R", bound=ProjectionRow)


async def project(tx: Transaction, event: Event[Any], row: type[R], values: dict[str, Any]) -> dict[str, Any] | None:
    """Apply the aggregate's state to its read copy; return what stood there before (empty: nothing).

    None means that the copy had already seen this or something newer.
    """
    found = await tx.session.get(row, (tx.tenant_id, event.aggregate_id), with_for_update=True)
    if found is None:
        found = row(**{"tenant_id": tx.tenant_id, "id": event.aggregate_id, **values})
        is_newer(found, event)
        tx.add(found)
        await tx.session.flush()
        return {}
    if not is_newer(found, event):
        return None
    before = {name: getattr(found, name) for name in values}
    for name, value in values.items():
        setattr(found, name, value)
    await tx.session.flush()
    return before


def open_interviews(tenant_id: UUID) -> Select[UUID]:
    """Return the query for interviews that have not begun, with their employees, by id."""
    return (
        select(InterviewRow.id)
        .join(
            PersonRow,
            (PersonRow.tenant_id == InterviewRow.tenant_id) & (PersonRow.id == InterviewRow.employee_id),
        )
        .where(InterviewRow.tenant_id == tenant_id, InterviewRow.state == "open")
        .order_by(InterviewRow.id)
    )
