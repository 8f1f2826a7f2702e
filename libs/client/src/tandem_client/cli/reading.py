"""What people type, as the API takes it: times, durations, people and cases by the ids they know."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import typer

from tandem_client.api import Document
from tandem_client.cli.language import say
from tandem_client.cli.session import Session

_DURATION = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?:in)?)?")
_LIVE_BOOKINGS = ["proposed", "confirmed"]


def is_id(text: str) -> bool:
    """Tell whether the text is an id of the API."""
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36


def moment_of(session: Session, text: str) -> datetime:
    """Return the moment of an ISO time; without an offset it is the caller's local time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            say(f"{text} is no time such as 2026-10-12T14:00", f"{text} 不是时间，例如 2026-10-12T14:00")
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=session.zone)


def duration_of(text: str) -> timedelta:
    """Return a duration such as `1w`, `3d`, `2h30m`."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        raise typer.BadParameter(
            say(f"{text} is no duration such as 3d or 2h30m", f"{text} 不是时长，例如 3d 或 2h30m")
        )
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


def person_id_of(session: Session, text: str) -> str:
    """Return the id of a person: an id, an external id, or `me`."""
    if is_id(text):
        return text
    if text == "me":
        return str(session.me["person_id"])
    person = session.client.people.named(text) or session.client.people.colleague(text)
    if person is None:
        raise typer.BadParameter(say(f"there is nobody of the external id {text}", f"没有外部编号为 {text} 的人员"))
    return str(person["id"])


def unit_id_of(session: Session, text: str) -> str:
    """Return the id of a unit: an id or a code."""
    if is_id(text):
        return text
    unit = session.client.units.coded(text)
    if unit is None:
        raise typer.BadParameter(say(f"there is no unit {text}", f"没有业务单元 {text}"))
    return str(unit["id"])


def playbook_id_of(session: Session, text: str) -> str:
    """Return the id of a playbook: an id or a code such as `standard`."""
    if is_id(text):
        return text
    found = next((each for each in session.client.playbooks.list() if each["code"] == text), None)
    if found is None:
        raise typer.BadParameter(say(f"there is no playbook {text}", f"没有面谈规范 {text}"))
    return str(found["id"])


def interview_of(session: Session, text: str) -> Document:
    """Return an interview: by its id, or the newest of an employee's that was not cancelled."""
    if is_id(text):
        return session.client.interviews.get(text)
    person_id = person_id_of(session, text)
    for interview in session.client.interviews.list(employee_id=person_id):
        if interview["state"] != "cancelled":
            return interview
    raise typer.BadParameter(say(f"{text} has no interview that you see", f"{text} 没有您可见的面谈"))


def interview_id_of(session: Session, text: str) -> str:
    """Return the id of an interview: itself, or of an employee's newest one."""
    return text if is_id(text) else str(interview_of(session, text)["id"])


def plan_of(session: Session, text: str) -> Document:
    """Return a plan: by its id, or the newest of an employee's."""
    if is_id(text):
        return session.client.plans.get(text)
    person_id = person_id_of(session, text)
    found = next(session.client.plans.list(employee_id=person_id), None)
    if found is None:
        raise typer.BadParameter(say(f"{text} has no plan that you see", f"{text} 没有您可见的改进计划"))
    return session.client.plans.get(str(found["id"]))


def booking_of(session: Session, text: str) -> Document:
    """Return a booking: by its id, or the one that holds for an employee's interview."""
    if is_id(text):
        return session.client.bookings.get(text)
    interview_id = interview_id_of(session, text)
    found = next(session.client.bookings.list(interview_id=interview_id, state=_LIVE_BOOKINGS), None)
    if found is None:
        raise typer.BadParameter(say(f"nothing is booked for {text}", f"{text} 没有约定的面谈时间"))
    return found


def shortfall_of(session: Session, text: str) -> Document:
    """Return a shortfall: by its id, or `PERSON:METRIC`."""
    if is_id(text):
        return session.client.shortfalls.get(text)
    person, colon, metric = text.rpartition(":")
    if not colon:
        raise typer.BadParameter(say("give its id or PERSON:METRIC", "请给出短板编号，或“人员:指标”"))
    person_id = person_id_of(session, person)
    found = next(session.client.shortfalls.list(person_id=person_id, metric_code=metric), None)
    if found is None:
        raise typer.BadParameter(say(f"there is no shortfall {text}", f"没有短板 {text}"))
    return found


def cycle_of(session: Session, text: str) -> Document:
    """Return a cycle: by its id, or the newest of a name, or `last`."""
    if is_id(text):
        return session.client.cycles.get(text)
    for cycle in session.client.cycles.list():
        if text == "last" or text in cycle["name"].values():
            return cycle
    raise typer.BadParameter(say(f"there is no cycle {text}", f"没有面谈批次 {text}"))
