"""Filters and groups as SQL, on any rows that have dimensions."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, literal, null
from sqlalchemy.sql.elements import SQLColumnExpression

from metrics.domain.filters import Filter, GroupBy
from metrics.storage.tables import CycleMemberRow, InterviewRow, LedgerRow, PersonRow, PlanRow

Expression = SQLColumnExpression[Any]


@dataclass(frozen=True)
class Dimensions:
    """Where each dimension of a row is found."""

    unit_id: Expression
    unit_path: Expression
    job_family: Expression
    core_family: Expression
    level: Expression
    employee_type: Expression
    manager_id: Expression
    cycle_id: Expression
    month: Expression


def _dimensions(row: Any, manager_id: Expression, cycle_id: Expression, month: Expression) -> Dimensions:
    shared = (row.unit_id, row.unit_path, row.job_family, row.core_family, row.level, row.employee_type)
    return Dimensions(*shared, manager_id, cycle_id, month)


OF_INTERVIEW = _dimensions(InterviewRow, InterviewRow.first_manager_id, InterviewRow.cycle_id, InterviewRow.month)
OF_PLAN = replace(OF_INTERVIEW, month=PlanRow.month)
# Open work lies with the manager of the row; the record counts it for whom the standard says.
OF_OPEN_STEP = replace(OF_INTERVIEW, manager_id=LedgerRow.manager_id, month=LedgerRow.month)
OF_LEDGER_ROW = replace(OF_OPEN_STEP, manager_id=LedgerRow.counted_manager_id)
OF_PERSON = _dimensions(PersonRow, PersonRow.manager_id, null(), null())
OF_MEMBER = _dimensions(CycleMemberRow, CycleMemberRow.manager_id, CycleMemberRow.cycle_id, null())


def conditions(wanted: Filter, of: Dimensions) -> list[ColumnElement[bool]]:
    """Return what rows must fulfil; months are compared where the rows have one."""
    found: list[ColumnElement[bool]] = []
    if wanted.under_unit_id is not None:
        found.append(literal(UUID(wanted.under_unit_id)) == func.any(of.unit_path))
    if wanted.core_families_only:
        found.append(of.core_family.is_(True))
    for text, column in (
        (wanted.job_family, of.job_family),
        (wanted.level, of.level),
        (wanted.employee_type, of.employee_type),
    ):
        if text is not None:
            found.append(column == text)
    for id, column in (
        (wanted.unit_id, of.unit_id),
        (wanted.manager_id, of.manager_id),
        (wanted.cycle_id, of.cycle_id),
    ):
        if id is not None:
            found.append(column == UUID(id) if id else column.is_(None))
    if wanted.from_month is not None:
        found.append(of.month >= wanted.from_month)
    if wanted.until_month is not None:
        found.append(of.month <= wanted.until_month)
    return found


def group_key(by: GroupBy | None, wanted: Filter, of: Dimensions) -> ColumnElement[str]:
    """Return the key of a row's group as text, empty where it has none; one group for all without `by`.

    By unit, each child of the filter's unit stands for all under it, and the unit itself for its own people.
    """
    if by is None:
        return literal("")
    if by is GroupBy.UNIT and wanted.under_unit_id is not None:
        own = UUID(wanted.under_unit_id)
        return cast(func.coalesce(of.unit_path[func.array_position(of.unit_path, own) + 1], own), Text)
    columns = {
        GroupBy.UNIT: of.unit_path[1],
        GroupBy.JOB_FAMILY: of.job_family,
        GroupBy.LEVEL: of.level,
        GroupBy.MANAGER: of.manager_id,
        GroupBy.EMPLOYEE_TYPE: of.employee_type,
        GroupBy.CYCLE: of.cycle_id,
        GroupBy.MONTH: of.month,
    }
    return func.coalesce(cast(columns[by], Text), "")
