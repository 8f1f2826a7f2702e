"""Calendars: made by events, changed by HR, published as versions."""

from datetime import date
from uuid import UUID

import grpc
from common.ids import new_id
from common.workdays import WorkCalendar
from scheduling.snapshots import SNAPSHOTS
from tandem.common.v1 import steps_pb2
from tandem.scheduling.v1 import calendar_pb2 as pb
from tandem.scheduling.v1 import events_pb2, facts_pb2

from .conftest import World, at


def expanded(facts: facts_pb2.CalendarFacts) -> WorkCalendar:
    return WorkCalendar.of_years({year.year: year.working_days for year in facts.years})


async def listed(world: World) -> dict[str, pb.Calendar]:
    reply = await world.call(world.employee, "ListCalendars", pb.ListCalendarsRequest())
    return {each.code: each for each in reply.calendars}


async def test_a_tenant_gets_the_calendars_of_its_default_and_of_its_people(world: World) -> None:
    await world.tell_tenant()
    await world.tell_person(world.employee, calendar_code="DE-BY", time_zone="Europe/Berlin")
    await world.tell_person(world.manager, calendar_code="DE-BY", time_zone="Europe/Berlin")
    await world.tell_person(world.hrbp, calendar_code="US", time_zone="America/New_York")
    published = await world.events(events_pb2.CalendarPublished)
    assert [each.calendar.code for each in published] == ["CN", "DE-BY", "US"]
    found = await listed(world)
    assert found["CN"].name == "中国"
    assert (found["CN"].first_on, found["CN"].last_on) == ("2024-01-01", "2029-12-31")
    assert list(found["CN"].provisional_years) == [2027, 2028, 2029]
    assert list(found["US"].provisional_years) == []


async def test_the_published_days_are_those_of_the_countrys_calendar(world: World) -> None:
    await world.tell_tenant()
    (published,) = await world.events(events_pb2.CalendarPublished)
    calendar = expanded(published.calendar)
    assert [day for day in range(1, 12) if calendar.is_working(date(2026, 10, day))] == [8, 9, 10]
    assert published.calendar.calendar_version == 1
    assert published.calendar.hours.closes_at_minute == 1080
    assert [year.year for year in published.calendar.years if year.provisional] == [2027, 2028, 2029]


async def test_a_code_of_no_country_waits_for_hr_and_then_counts(world: World) -> None:
    await world.tell_tenant()
    await world.tell_person(world.manager, calendar_code="FACTORY")
    await world.tell_person(world.employee, world.manager, calendar_code="FACTORY")
    await world.open_interview()
    (due,) = await world.events(steps_pb2.StepDue)
    assert not due.HasField("due_at")
    request = pb.CreateCalendarRequest(code="FACTORY", name="工厂", country="CN", working_weekdays=[1, 2, 3, 4, 5, 6])
    reply = await world.call(world.as_admin(), "CreateCalendar", request)
    assert list(reply.calendar.working_weekdays) == [1, 2, 3, 4, 5, 6]
    assert await world.work() == 1
    due = (await world.events(steps_pb2.StepDue))[-1]
    # Saturdays count here: 23, 22, 21 October keep notice, and the 20th is the last day to propose.
    assert due.due_at.ToDatetime() == at("2026-10-20 18:00").replace(tzinfo=None)


async def test_hr_sets_days_and_every_open_due_date_follows(case: World) -> None:
    calendar = (await listed(case))["CN"]
    change = pb.UpdateCalendarRequest(
        calendar_id=calendar.id,
        overrides=[pb.DayOverride(on="2026-10-21", working=False), pb.DayOverride(on="2026-10-22", working=False)],
        hours=facts_pb2.WorkingHours(opens_at_minute=540, closes_at_minute=1050),
        expected_version=calendar.version,
    )
    changed = (await case.call(case.as_admin(), "UpdateCalendar", change)).calendar
    assert changed.calendar_version == 2
    assert await case.work() == 1
    first, second = await case.events(steps_pb2.StepDue)
    assert first.due_at.ToDatetime() == at("2026-10-20 18:00").replace(tzinfo=None)
    # 23, 20 and 19 October are the three days of notice now.
    assert second.due_at.ToDatetime() == at("2026-10-18 17:30").replace(tzinfo=None)
    days = await case.call(
        case.employee,
        "ListCalendarDays",
        pb.ListCalendarDaysRequest(calendar_id=calendar.id, from_on="2026-10-07", until_on="2026-10-21"),
    )
    kinds = {day.on: pb.DayKind.Name(day.kind) for day in days.days}
    assert kinds["2026-10-07"] == "DAY_KIND_HOLIDAY"
    assert kinds["2026-10-09"] == "DAY_KIND_WORKING"
    assert kinds["2026-10-10"] == "DAY_KIND_SUBSTITUTED_WORKING"
    assert kinds["2026-10-11"] == "DAY_KIND_WEEKEND"
    assert kinds["2026-10-21"] == "DAY_KIND_SET_FREE"
    cleared = pb.UpdateCalendarRequest(
        calendar_id=calendar.id, cleared_days=["2026-10-21", "2026-10-22"], expected_version=changed.version
    )
    await case.call(case.as_admin(), "UpdateCalendar", cleared)
    last = (await case.events(events_pb2.CalendarPublished))[-1]
    assert expanded(last.calendar).is_working(date(2026, 10, 21))
    assert last.calendar.calendar_version == 3


async def test_a_calendar_read_before_a_change_is_not_changed_again(case: World) -> None:
    calendar = (await listed(case))["CN"]
    change = pb.UpdateCalendarRequest(calendar_id=calendar.id, name="总部", expected_version=calendar.version)
    await case.call(case.as_admin(), "UpdateCalendar", change)
    refused = await case.refusal(case.as_admin(), "UpdateCalendar", change)
    assert (refused.code, refused.reason) == (grpc.StatusCode.ABORTED, "VERSION_MISMATCH")


async def test_calendars_are_made_by_hr_of_known_countries_and_under_free_codes(case: World) -> None:
    request = pb.CreateCalendarRequest(code="CN", name="again", country="CN")
    assert (await case.refusal(case.as_admin(), "CreateCalendar", request)).reason == "CODE_TAKEN"
    request = pb.CreateCalendarRequest(code="X", name="nowhere", country="XX")
    assert (await case.refusal(case.as_admin(), "CreateCalendar", request)).reason == "UNKNOWN_COUNTRY"
    refused = await case.refusal(case.as_hrbp(), "CreateCalendar", request)
    assert refused.code is grpc.StatusCode.PERMISSION_DENIED


async def test_days_beyond_the_published_years_are_not_made_up(case: World) -> None:
    calendar = (await listed(case))["CN"]
    request = pb.ListCalendarDaysRequest(calendar_id=calendar.id, from_on="2029-12-31", until_on="2030-01-01")
    refused = await case.refusal(case.employee, "ListCalendarDays", request)
    assert refused.reason == "CALENDAR_OUT_OF_RANGE"
    request = pb.ListCalendarDaysRequest(calendar_id=calendar.id, from_on="2026-02-30", until_on="2026-03-01")
    assert (await case.refusal(case.employee, "ListCalendarDays", request)).code is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_new_year_comes_into_view_by_itself(case: World) -> None:
    case.set_time(at("2026-11-01 12:00"))
    await case.sweep()
    assert len(await case.events(events_pb2.CalendarPublished)) == 1
    case.set_time(at("2027-01-01 12:00"))
    while await case.sweep():
        pass
    published = (await case.events(events_pb2.CalendarPublished))[-1]
    assert (published.calendar.first_on, published.calendar.last_on) == ("2025-01-01", "2030-12-31")
    assert published.calendar.calendar_version == 2


async def test_a_last_day_beyond_the_published_years_is_counted_once_they_come_into_view(case: World) -> None:
    interview = await case.open_interview(new_id(), hold_by="2030-01-10")
    due = (await case.events(steps_pb2.StepDue))[-1]
    assert (due.key.interview_id, due.HasField("due_at")) == (str(interview), False)
    case.set_time(at("2027-01-01 12:00"))
    while await case.sweep():
        pass
    await case.work()
    due = (await case.events(steps_pb2.StepDue))[-1]
    assert (due.key.interview_id, due.HasField("due_at")) == (str(interview), True)


async def test_another_tenant_has_calendars_of_its_own(case: World) -> None:
    stranger = case.harness.person(new_id(), new_id())
    reply = await case.call(stranger, "ListCalendars", pb.ListCalendarsRequest())
    assert not reply.calendars
    calendar = (await listed(case))["CN"]
    refused = await case.refusal(stranger, "GetCalendar", pb.GetCalendarRequest(calendar_id=calendar.id))
    assert refused.code is grpc.StatusCode.NOT_FOUND


async def test_a_calendars_present_can_be_published_again(case: World) -> None:
    async with case.database.transaction(case.harness.call(case.as_admin())) as tx:
        assert await SNAPSHOTS["calendar"](tx, None) == (1, None)
        tx.done(UUID(int=0))
    (snapshot,) = await case.events(events_pb2.CalendarSnapshot)
    (published,) = await case.events(events_pb2.CalendarPublished)
    assert snapshot.calendar == published.calendar
