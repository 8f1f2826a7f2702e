"""What a caller may see, as conditions on the rows."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from common.identity import Identity
from common.policy import Column, Columns, Policy
from sqlalchemy import ColumnElement, Select, func, select

from metrics.storage.tables import CycleMemberRow, InterviewRow, LedgerRow, PersonRow

POLICY = Policy.load("metrics")


class LineColumns(Columns):
    """Columns whose relation `line` holds for everybody above the employee, as the organisation is now."""

    def __init__(self, tenant_id: UUID, employee: Column, **columns: Column) -> None:
        super().__init__(**columns)
        self._tenant_id = tenant_id
        self._employee = employee

    def holds(self, fact: str, ids: Collection[UUID]) -> ColumnElement[bool]:
        """Return the condition that the fact names one of the ids."""
        if fact != "line" or not ids:
            return super().holds(fact, ids)
        # As an array it is looked up once and found by index; joined, the whole table would be read.
        return self._employee == func.any(func.array(_people_under(self._tenant_id, ids).scalar_subquery()))


def ledger_scope(identity: Identity, action: str = "ledger.read") -> ColumnElement[bool]:
    """Return the condition on ledger rows joined with their interview."""
    columns = LineColumns(
        identity.tenant_id,
        LedgerRow.employee_id,
        employee_id=LedgerRow.employee_id,
        manager_id=LedgerRow.manager_id,
        responsible_id=LedgerRow.responsible_id,
        unit_path=InterviewRow.unit_path,
    )
    return POLICY.predicate(identity, action, columns)


def interview_scope(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on interviews whose figures the caller may see."""
    columns = LineColumns(
        identity.tenant_id,
        InterviewRow.employee_id,
        manager_id=InterviewRow.first_manager_id,
        case_manager_id=InterviewRow.manager_id,
        unit_path=InterviewRow.unit_path,
    )
    return POLICY.predicate(identity, "figures.read", columns)


def person_scope(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on people whose figures the caller may see."""
    return _people_scope(identity, PersonRow, PersonRow.id)


def member_scope(identity: Identity) -> ColumnElement[bool]:
    """Return the same condition on the members of a cycle's population."""
    return _people_scope(identity, CycleMemberRow, CycleMemberRow.person_id)


def satisfaction_scope(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on interviews whose evaluations the caller may see as aggregates; the same at all times."""
    columns = Columns(manager_id=InterviewRow.first_manager_id, unit_path=InterviewRow.unit_path)
    return POLICY.predicate(identity, "satisfaction.read", columns)


def _people_scope(identity: Identity, row: Any, person: Column) -> ColumnElement[bool]:
    columns = LineColumns(identity.tenant_id, person, manager_id=row.manager_id, unit_path=row.unit_path)
    return POLICY.predicate(identity, "figures.read", columns)


def _people_under(tenant_id: UUID, managers: Collection[UUID]) -> Select[tuple[UUID]]:
    direct = select(PersonRow.id).where(PersonRow.tenant_id == tenant_id, PersonRow.manager_id.in_(list(managers)))
    under = direct.cte(recursive=True)
    further = select(PersonRow.id).where(PersonRow.tenant_id == tenant_id, PersonRow.manager_id == under.c.id)
    # Without duplicates, so that a loop in the line ends.
    under = under.union(further)
    return select(under.c.id)
