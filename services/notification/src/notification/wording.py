"""A message's values as text in its reader's language and zone."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from notification.content.moments import day_text, moment_text
from notification.content.steps import step_names
from notification.domain.notice import Values


def fill(facts: Mapping[str, Any], locale: str, zone: str, name_of: Callable[[str], str]) -> dict[str, str]:
    """Return the placeholders' texts; a value that was left empty stays so."""
    values = Values(**facts)
    filled = {name: name_of(each) if each else "" for name, each in values.people.items()}
    for name, moment in values.moments.items():
        filled[name] = moment_text(datetime.fromisoformat(moment), zone, locale) if moment else ""
    for name, day in values.days.items():
        filled[name] = day_text(_noon(day), "UTC", locale) if day else ""
    filled |= values.texts
    if values.step:
        filled["step_name"] = step_names()[values.step].at(locale)
    return filled


def _noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), UTC)
