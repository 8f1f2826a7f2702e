"""Keeping the read copies of people, units, grants and calendars."""

from typing import Any
from uuid import UUID

from common.events import Event
from common.inbox import is_newer
from common.transaction import Transaction
from common.words import word
from tandem.directory.v1 import facts_pb2 as directory
from tandem.scheduling.v1 import facts_pb2 as scheduling

from notification.storage.copies import copy_row
from notification.storage.copy_tables import CalendarRow, GrantRow, PersonRow, UnitRow
from notification.words import optional_id


async def copy_person(tx: Transaction, event: Event[Any], facts: directory.PersonFacts) -> None:
    """Write the person as the event states them, unless a newer one was seen."""
    row = await copy_row(tx, PersonRow, UUID(facts.person_id))
    if not is_newer(row, event):
        return
    row.unit_path = [UUID(each) for each in facts.unit_path]
    row.manager_id = optional_id(facts.manager_id)
    row.locale, row.time_zone, row.calendar_code = facts.locale, facts.time_zone, facts.calendar_code
    row.active = facts.active
    tx.add(row)


async def copy_unit(tx: Transaction, event: Event[Any], facts: directory.UnitFacts) -> None:
    """Write the unit as the event states it, unless a newer one was seen."""
    row = await copy_row(tx, UnitRow, UUID(facts.unit_id))
    if is_newer(row, event):
        row.path = [UUID(each) for each in facts.path]
        tx.add(row)


async def copy_grant(tx: Transaction, event: Event[Any], facts: directory.GrantFacts) -> None:
    """Write the grant as the event states it, unless a newer one was seen."""
    row = await copy_row(tx, GrantRow, UUID(facts.grant_id))
    if not is_newer(row, event):
        return
    row.person_id, row.role = UUID(facts.person_id), word(directory.Role, facts.role)
    row.unit_id = optional_id(facts.unit_id)
    row.revoked = facts.HasField("revoked_at")
    tx.add(row)


async def copy_calendar(tx: Transaction, event: Event[Any], facts: scheduling.CalendarFacts) -> None:
    """Write the calendar's new version, unless a newer one was seen."""
    row = await copy_row(tx, CalendarRow, UUID(facts.calendar_id))
    if not is_newer(row, event):
        return
    row.code, row.calendar_version = facts.code, facts.calendar_version
    row.years = {str(each.year): each.working_days.hex() for each in facts.years}
    hours = facts.hours
    row.hours = {
        "opens": hours.opens_at_minute,
        "closes": hours.closes_at_minute,
        "break_from": hours.break_from_minute,
        "break_until": hours.break_until_minute,
    }
    tx.add(row)
