"""Keeping the read copies of the directory: people with the managers above them, and units."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.events import Event
from common.inbox import is_newer
from common.timestamps import from_optional_day
from common.transaction import Transaction
from sqlalchemy import func, select, text
from tandem.directory.v1 import facts_pb2 as directory

from interview_record.storage.directory_tables import PersonRow, UnitRow

# What decides in whose company a result is looked at.
_TEAM = ("manager_id", "unit_id", "job_family", "level", "active", "placeholder")
_WORK_TIME = ("calendar_code", "time_zone")

_LINE_BELOW = text(
    """
    WITH RECURSIVE line AS (
      SELECT id, manager_id, managers_above, 0 AS depth FROM person WHERE tenant_id = :tenant AND id = :person
      UNION ALL
      SELECT report.id, report.manager_id,
             CASE WHEN line.manager_id IS NULL THEN '{}'::uuid[] ELSE line.manager_id || line.managers_above END,
             line.depth + 1
      FROM person report JOIN line ON report.manager_id = line.id
      WHERE report.tenant_id = :tenant AND line.depth < 50 AND report.id <> ALL (line.managers_above)
    )
    UPDATE person SET managers_above = line.managers_above FROM line
    WHERE person.tenant_id = :tenant AND person.id = line.id AND line.depth > 0
      AND person.managers_above <> line.managers_above
    """
)


@dataclass(frozen=True)
class Copied:
    """What an event changed: whom the person is compared with, whether a placeholder became a person."""

    row: PersonRow
    team_changed: bool = False
    arrived: bool = False
    work_time_changed: bool = False


async def copy_person(tx: Transaction, event: Event[Any], facts: directory.PersonFacts) -> Copied:
    """Write the person as the event states them; an older event than the one seen changes nothing."""
    # Lines cross: changes of one tenant's people take turns, before any row is locked.
    await tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"line:{tx.tenant_id}", 0))))
    person_id = UUID(facts.person_id)
    row = await tx.session.get(PersonRow, (tx.tenant_id, person_id), with_for_update=True)
    known = row is not None
    if row is None:
        row = PersonRow(tenant_id=tx.tenant_id, id=person_id, managers_above=[])
    if not is_newer(row, event):
        return Copied(row)
    before = {name: getattr(row, name) for name in (*_TEAM, *_WORK_TIME)}
    _fill(row, facts)
    if not known:
        tx.add(row)
    if not known or before["manager_id"] != row.manager_id:
        await _copy_line(tx, row)

    def changed(names: tuple[str, ...]) -> bool:
        return known and any(before[name] != getattr(row, name) for name in names)

    arrived = bool(before["placeholder"]) and not row.placeholder
    return Copied(row, changed(_TEAM), arrived, changed(_WORK_TIME))


async def copy_unit(tx: Transaction, event: Event[Any], facts: directory.UnitFacts) -> None:
    """Write the unit as the event states it, unless a newer one was seen."""
    unit_id = UUID(facts.unit_id)
    row = await tx.session.get(UnitRow, (tx.tenant_id, unit_id), with_for_update=True)
    known = row is not None
    if row is None:
        row = UnitRow(tenant_id=tx.tenant_id, id=unit_id)
    if not is_newer(row, event):
        return
    row.parent_id = UUID(facts.parent_id) if facts.parent_id else None
    row.path = [UUID(each) for each in facts.path]
    row.active = facts.active
    if not known:
        tx.add(row)


def _fill(row: PersonRow, facts: directory.PersonFacts) -> None:
    row.external_id = facts.external_id
    row.unit_id = UUID(facts.unit_id)
    row.unit_path = [UUID(each) for each in facts.unit_path]
    row.manager_id = UUID(facts.manager_id) if facts.manager_id else None
    row.job_family = facts.job_family
    row.core_family = facts.core_family
    row.level = facts.level
    row.employee_type = directory.EmployeeType.Name(facts.employee_type).removeprefix("EMPLOYEE_TYPE_").lower()
    row.hired_on = _day(facts.hired_on)
    row.left_on = _day(facts.left_on)
    row.locale = facts.locale
    row.time_zone = facts.time_zone
    row.calendar_code = facts.calendar_code
    row.placeholder = facts.placeholder
    row.active = facts.active


def _day(text: str) -> date | None:
    return from_optional_day(text)


async def _copy_line(tx: Transaction, row: PersonRow) -> None:
    """Write who stands above the person, and above everyone below."""
    row.managers_above = []
    if row.manager_id is not None:
        manager = await tx.session.get(PersonRow, (tx.tenant_id, row.manager_id), populate_existing=True)
        if manager is not None and manager.manager_id is not None:
            row.managers_above = [manager.manager_id, *manager.managers_above]
    await tx.session.flush()
    await tx.session.execute(_LINE_BELOW, {"tenant": tx.tenant_id, "person": row.id})
