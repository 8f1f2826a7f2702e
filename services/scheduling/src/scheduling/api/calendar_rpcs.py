"""RPCs about work calendars."""

from uuid import UUID

from common.call import current_call
from common.database import Database
from common.errors import Invalid
from common.grpc_server import Context, once
from common.pagination import PageTokens
from tandem.scheduling.v1 import calendar_pb2 as pb

from scheduling.api import mapping
from scheduling.domain.calendar_rules import Hours
from scheduling.domain.holiday_calendar import Place
from scheduling.policy import POLICY
from scheduling.storage import lists
from scheduling.use_cases.create_calendar import create_calendar
from scheduling.use_cases.update_calendar import update_calendar

MOST_DAYS = 400


class CalendarRpcs:
    """Serves calendars."""

    database: Database
    page_tokens: PageTokens

    async def CreateCalendar(self, request: pb.CreateCalendarRequest, context: Context) -> pb.CreateCalendarResponse:
        """Add a calendar."""
        calendar_id = await once(
            create_calendar(
                self.database,
                current_call(),
                code=request.code,
                name=request.name,
                place=Place(request.country, request.subdivision),
                hours=mapping.hours(request.hours) if request.HasField("hours") else Hours(),
                weekdays=list(request.working_weekdays),
                overrides=mapping.overrides(request.overrides),
            )
        )
        return pb.CreateCalendarResponse(calendar=await self._calendar(calendar_id))

    async def UpdateCalendar(self, request: pb.UpdateCalendarRequest, context: Context) -> pb.UpdateCalendarResponse:
        """Change a calendar."""
        calendar_id = await once(
            update_calendar(
                self.database,
                current_call(),
                UUID(request.calendar_id),
                name=request.name if request.HasField("name") else None,
                hours=mapping.hours(request.hours) if request.HasField("hours") else None,
                overrides=mapping.overrides(request.overrides),
                cleared=[mapping.day(f"cleared_days[{n}]", each) for n, each in enumerate(request.cleared_days)],
                expected_version=request.expected_version,
            )
        )
        return pb.UpdateCalendarResponse(calendar=await self._calendar(calendar_id))

    async def GetCalendar(self, request: pb.GetCalendarRequest, context: Context) -> pb.GetCalendarResponse:
        """Answer one calendar."""
        POLICY.require(current_call().identity, "calendar.read")
        return pb.GetCalendarResponse(calendar=await self._calendar(UUID(request.calendar_id)))

    async def ListCalendars(self, request: pb.ListCalendarsRequest, context: Context) -> pb.ListCalendarsResponse:
        """List calendars by code."""
        identity = current_call().identity
        POLICY.require(identity, "calendar.read")
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="ListCalendars",
            filters={"code": request.code},
        )
        async with self.database.read(identity) as reader:
            found, token = await lists.list_calendars(reader, page, request.code)
        return pb.ListCalendarsResponse(calendars=map(mapping.calendar, found), next_page_token=token)

    async def ListCalendarDays(
        self, request: pb.ListCalendarDaysRequest, context: Context
    ) -> pb.ListCalendarDaysResponse:
        """List what each day is."""
        identity = current_call().identity
        POLICY.require(identity, "calendar.read")
        first, last = mapping.day("from_on", request.from_on), mapping.day("until_on", request.until_on)
        if not 0 <= (last - first).days < MOST_DAYS:
            raise Invalid.field(
                "until_on",
                "RANGE_INVALID",
                en="At most 400 days, the last not before the first.",
                zh="最多 400 天，且结束不早于开始。",
            )
        async with self.database.read(identity) as reader:
            days = await lists.list_days(reader, UUID(request.calendar_id), first, last)
        return pb.ListCalendarDaysResponse(days=map(mapping.calendar_day, days))

    async def _calendar(self, calendar_id: UUID) -> pb.Calendar:
        async with self.database.read(current_call().identity) as reader:
            return mapping.calendar(await lists.calendar_view(reader, calendar_id))
