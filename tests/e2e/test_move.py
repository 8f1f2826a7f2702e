"""A booking is moved: notice starts again unless the employee consents, and both calendars follow."""

import pytest
from devstack.testing import StackUnderTest
from icalendar import Calendar

from tests.journeys import Case, World, accept_shortfall, eventually, launch_cycle, open_world, record_figures
from tests.plans import rows
from tests.rest import Refused


def invitations(world: World, external_id: str) -> list[Calendar]:
    """Return the calendar parts mailed to a person, oldest first."""
    mails = world.stack.mails(f"{external_id}@{world.tenant}.example")
    parts = [part for mail in reversed(mails) for part in mail["calendar"]]
    return [Calendar.from_ical(part) for part in parts]


def test_a_move_needs_notice_or_the_employees_consent_and_updates_the_invitation(stack: StackUnderTest) -> None:
    world = open_world(stack, locale="zh-CN", zone="Asia/Shanghai", calendar="CN", clock_start="2026-09-29 09:00")
    record_figures(world)
    accept_shortfall(world)
    case = Case(world, launch_cycle(world, window=("2026-09-29", "2026-10-23"))["id"])
    case.prepare()
    world.advance("2026-09-30 10:00")
    # The third working day after 30 September is Saturday the 10th, a substituted working day.
    with pytest.raises(Refused) as refused:
        case.book("2026-10-09 14:00")
    assert refused.value.reason == "NOTICE_TOO_SHORT"
    assert "10-10" in refused.value.problem["detail"] or "10月10日" in refused.value.problem["detail"]
    booking = case.book("2026-10-12 14:00")
    world.advance("2026-10-09 11:00")
    move = {"starts_at": world.at("2026-10-12 16:00").isoformat(), "duration_minutes": 50}
    path = f"/v1/bookings/{booking['id']}"
    with pytest.raises(Refused) as refused:
        case.manager.post(f"{path}:move", move, version=case.manager.get(path)["version"])
    assert refused.value.reason == "NOTICE_TOO_SHORT"
    consent = {**move, "consent_to_short_notice": True}
    moved = case.employee.post(f"{path}:move", consent, version=case.employee.get(path)["version"])
    assert moved["employee_consented"] is True
    eventually(lambda: case.read()["booking_id"] == moved["id"])
    eventually(lambda: rows(case)[("self_analysis", "")][0] == "10-12 16:00")

    for person in ("employee", "manager"):
        events = eventually(lambda person=person: _after_the_move(world, person))
        assert len({str(event["uid"]) for event in events}) == 1
        sequences = [int(event["sequence"]) for event in events]
        assert sequences == sorted(set(sequences))
        assert events[-1]["dtstart"].dt == world.at("2026-10-12 16:00")


def _after_the_move(world: World, person: str) -> list:
    events = [event for calendar in invitations(world, person) for event in calendar.walk("VEVENT")]
    return events if any(event["dtstart"].dt == world.at("2026-10-12 16:00") for event in events) else []
