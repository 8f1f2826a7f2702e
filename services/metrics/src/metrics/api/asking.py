"""What the reads of metrics share: the page, the groups, the period."""

from dataclasses import replace
from datetime import date, datetime

from common.call import current_call
from common.database import Database, Reader
from common.pagination import Page, PageTokens
from google.protobuf.message import Message

from metrics.domain.filters import Filter, GroupBy
from metrics.domain.moments import months_later, start_of_day
from metrics.storage.coverage_queries import Period
from metrics.storage.target_queries import root_unit, targets_of, tenant_zone


class Reads:
    """What the servicer hands to each group of its RPCs."""

    database: Database
    page_tokens: PageTokens

    def now(self) -> datetime:
        """Return the tenant's business time."""
        return self.database.clock.now(current_call().identity.tenant_id)

    def page(self, request: Message) -> Page:
        """Return the page that a list's request asks for; all its other fields select the rows."""
        asked = type(request)()
        asked.CopyFrom(request)
        asked.ClearField("page_size")
        asked.ClearField("page_token")
        return self.page_tokens.open(
            request.page_size,  # type: ignore[attr-defined]
            request.page_token,  # type: ignore[attr-defined]
            identity=current_call().identity,
            now=self.database.clock.system(),
            question=request.DESCRIPTOR.name,
            filters={"asked": asked.SerializeToString(deterministic=True).hex()},
        )


async def divided(reader: Reader, wanted: Filter, by: GroupBy | None) -> Filter:
    """Return the filter as its groups are made from it: by unit without one, the root's children are the groups."""
    if by is not GroupBy.UNIT or wanted.under_unit_id is not None:
        return wanted
    root = await root_unit(reader)
    return replace(wanted, under_unit_id=str(root)) if root else wanted


async def period_of(reader: Reader, wanted: Filter, now: datetime) -> tuple[Period, date]:
    """Return when an interview must have been concluded, and the day on which the programme starts.

    Since that day, or of a cycle at any time; within the filter's months.
    """
    starts_on = (await targets_of(reader, now)).programme_starts_on
    zone = await tenant_zone(reader)
    since = date(1970, 1, 1) if wanted.cycle_id else starts_on
    if wanted.from_month:
        since = max(since, _first_of(wanted.from_month))
    until = months_later(_first_of(wanted.until_month), 1) if wanted.until_month else None
    return Period(start_of_day(since, zone), start_of_day(until, zone) if until else None, zone), starts_on


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
