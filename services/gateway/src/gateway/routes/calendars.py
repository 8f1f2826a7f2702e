"""Work calendars, business peaks and busy times: when there is time at all."""

from typing import Annotated
from uuid import UUID

from common.timestamps import to_optional_timestamp, to_timestamp
from fastapi import Query
from tandem.scheduling.v1 import busy_time_pb2, calendar_pb2, peak_pb2

from gateway.calls import Change, Read, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.calendars import (
    BusyTimeOut,
    BusyTimesQuery,
    CalendarChanges,
    CalendarDayOut,
    CalendarDays,
    CalendarOut,
    CalendarsQuery,
    DaysQuery,
    NewBusyTime,
    NewCalendar,
    NewPeak,
    PeakOut,
    PeaksQuery,
)
from gateway.schemas.fields import day_text, id_text
from gateway.schemas.model import Page

calendars = Resource("calendars", "Calendars")
peaks = Resource("peaks", "Calendars")
busy_times = Resource("busy-times", "Calendars")


@calendars.get("")
async def list_calendars(call: Read, query: Annotated[CalendarsQuery, Query()]) -> Page[CalendarOut]:
    """The work calendars by code: of the tenant's default and of its people's codes, and those made by hand."""
    reply = await call.scheduling.ListCalendars(
        calendar_pb2.ListCalendarsRequest(code=query.code, page_size=query.page_size, page_token=query.page_token)
    )
    return Page.of(map(CalendarOut.of, reply.calendars), reply.next_page_token)


@calendars.post("", status_code=201)
async def create_calendar(calendar: NewCalendar, call: Write) -> CalendarOut:
    """Add a calendar from a country's public holidays. 409 `CODE_TAKEN`. 400 `UNKNOWN_COUNTRY`."""
    reply = await call.scheduling.CreateCalendar(
        calendar_pb2.CreateCalendarRequest(
            code=calendar.code,
            name=calendar.name,
            country=calendar.country,
            subdivision=calendar.subdivision,
            hours=calendar.hours.to_contract() if calendar.hours else None,
            working_weekdays=calendar.working_weekdays,
            overrides=[each.to_contract() for each in calendar.overrides],
        )
    )
    return CalendarOut.of(reply.calendar)


@calendars.get("/{id}")
async def get_calendar(id: UUID, call: Read) -> CalendarOut:
    """One calendar."""
    reply = await call.scheduling.GetCalendar(calendar_pb2.GetCalendarRequest(calendar_id=str(id)))
    return CalendarOut.of(reply.calendar)


@calendars.patch("/{id}")
async def update_calendar(id: UUID, changes: CalendarChanges, call: Change) -> CalendarOut:
    """Change hours or single days and publish the next version; what is still open is computed again."""
    reply = await call.scheduling.UpdateCalendar(
        calendar_pb2.UpdateCalendarRequest(
            calendar_id=str(id),
            name=changes.name,
            hours=changes.hours.to_contract() if changes.hours else None,
            overrides=[each.to_contract() for each in changes.overrides],
            cleared_days=[each.isoformat() for each in changes.cleared_days],
            expected_version=call.version,
        )
    )
    return CalendarOut.of(reply.calendar)


@calendars.get("/{id}/days")
async def list_calendar_days(id: UUID, call: Read, query: Annotated[DaysQuery, Query()]) -> CalendarDays:
    """What each day is, with why. 409 `CALENDAR_OUT_OF_RANGE`: days that are not published."""
    reply = await call.scheduling.ListCalendarDays(
        calendar_pb2.ListCalendarDaysRequest(
            calendar_id=str(id), from_on=query.from_on.isoformat(), until_on=query.until_on.isoformat()
        )
    )
    return CalendarDays(items=[CalendarDayOut.of(each, call.locale) for each in reply.days])


@peaks.get("")
async def list_peaks(call: Read, query: Annotated[PeaksQuery, Query()]) -> Page[PeakOut]:
    """The business peaks by beginning; with days, those that touch them."""
    reply = await call.scheduling.ListPeaks(
        peak_pb2.ListPeaksRequest(
            unit_id=id_text(query.unit_id),
            from_on=day_text(query.from_on),
            until_on=day_text(query.until_on),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    names = await names_for(call, (each.created_by for each in reply.peaks))
    return Page.of([PeakOut.of(each, names) for each in reply.peaks], reply.next_page_token)


@peaks.post("", status_code=201)
async def create_peak(peak: NewPeak, call: Write) -> PeakOut:
    """Mark days in which a unit and all under it have no time for interviews."""
    reply = await call.scheduling.CreatePeak(
        peak_pb2.CreatePeakRequest(
            unit_id=str(peak.unit_id),
            from_on=peak.from_on.isoformat(),
            until_on=peak.until_on.isoformat(),
            label=peak.label,
        )
    )
    return PeakOut.of(reply.peak, await names_for(call, [reply.peak.created_by]))


@peaks.delete("/{id}")
async def delete_peak(id: UUID, call: Change) -> None:
    """Remove a peak; what was booked stays."""
    await call.scheduling.DeletePeak(peak_pb2.DeletePeakRequest(peak_id=str(id), expected_version=call.version))


@busy_times.get("")
async def list_busy_times(call: Read, query: Annotated[BusyTimesQuery, Query()]) -> Page[BusyTimeOut]:
    """A person's commitments elsewhere: only that there is one, never what."""
    request = busy_time_pb2.ListBusyTimesRequest(
        person_id=str(query.person_id),
        until=to_optional_timestamp(query.until),
        page_size=query.page_size,
        page_token=query.page_token,
        **{"from": to_optional_timestamp(query.since)},
    )
    reply = await call.scheduling.ListBusyTimes(request)
    return Page.of(map(BusyTimeOut.of, reply.busy_times), reply.next_page_token)


@busy_times.post("", status_code=201)
async def create_busy_time(busy: NewBusyTime, call: Write) -> BusyTimeOut:
    """Mark when a person has no time; by themselves, or by a calendar connector."""
    reply = await call.scheduling.CreateBusyTime(
        busy_time_pb2.CreateBusyTimeRequest(
            person_id=str(busy.person_id),
            starts_at=to_timestamp(busy.starts_at),
            ends_at=to_timestamp(busy.ends_at),
        )
    )
    return BusyTimeOut.of(reply.busy_time)


@busy_times.delete("/{id}")
async def delete_busy_time(id: UUID, call: Change) -> None:
    """Give the time back."""
    await call.scheduling.DeleteBusyTime(
        busy_time_pb2.DeleteBusyTimeRequest(busy_time_id=str(id), expected_version=call.version)
    )
