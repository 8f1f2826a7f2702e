"""Attainment of plans, and lead times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.database import Reader
from common.pagination import Page
from sqlalchemy import ColumnElement, Select, and_, func, select

from metrics.domain.figures import Figure
from metrics.domain.filters import Filter, GroupBy
from metrics.storage.dimensions import OF_INTERVIEW, OF_PLAN, conditions, group_key
from metrics.storage.scope import interview_scope
from metrics.storage.tables import BlockerRow, InterviewRow, PlanRow

ACHIEVED = "achieved"
_QUANTILES = (0.5, 0.9)


@dataclass(frozen=True)
class LeadTime:
    """How long something takes, in whole seconds."""

    kind: str
    count: int
    median_seconds: int
    percentile_90_seconds: int


def _with_case(row: Any, *columns: Any) -> Select[Any]:
    same_case = and_(InterviewRow.tenant_id == row.tenant_id, InterviewRow.id == row.interview_id)
    return select(*columns).select_from(row.__table__.join(InterviewRow.__table__, same_case))


async def attainment(reader: Reader, wanted: Filter, by: GroupBy | None, now: datetime) -> Figure:
    """Return attainment as a whole and by group: achieved, of the plans whose end is over."""
    key = group_key(by, wanted, OF_PLAN).label("key")
    counted = _with_case(PlanRow, key, func.count().filter(PlanRow.state == ACHIEVED), func.count())
    rows = await reader.session.execute(counted.where(*_ended(reader, wanted, now)).group_by(key).order_by(key))
    return Figure.of([(each, part, whole) for each, part, whole in rows], grouped=by is not None)


async def list_attainment_plans(
    reader: Reader, page: Page, wanted: Filter, achieved: bool | None, now: datetime
) -> tuple[Sequence[PlanRow], str]:
    """Return a page of the plans behind the figure, by their end."""
    statement = _with_case(PlanRow, PlanRow).where(*_ended(reader, wanted, now))
    if achieved is not None:
        statement = statement.where((PlanRow.state == ACHIEVED).is_(achieved))
    rows = (await reader.session.scalars(page.apply(statement, PlanRow.ends_at, PlanRow.id))).all()
    return page.close(rows, lambda row: (row.ends_at, row.id))


async def lead_times(reader: Reader, wanted: Filter) -> list[LeadTime]:
    """Return opened to held, signed to archived, and blocker to resolved, in this order."""
    held = select(InterviewRow)
    spans = {
        "opened_to_held": (held, InterviewRow.session_ended_at - InterviewRow.opened_at),
        "signed_to_archived": (_with_case(PlanRow, PlanRow), InterviewRow.archived_at - PlanRow.in_force_at),
        "blocker_to_resolved": (_with_case(BlockerRow, BlockerRow), BlockerRow.resolved_at - BlockerRow.raised_at),
    }
    return [await _lead_time(reader, wanted, kind, *span) for kind, span in spans.items()]


async def _lead_time(
    reader: Reader, wanted: Filter, kind: str, rows: Select[Any], span: ColumnElement[Any]
) -> LeadTime:
    seconds = func.extract("epoch", span)
    statement = rows.with_only_columns(
        func.count(),
        *(func.percentile_cont(each).within_group(seconds) for each in _QUANTILES),
        maintain_column_froms=True,
    ).where(
        InterviewRow.tenant_id == reader.tenant_id,
        span.is_not(None),
        interview_scope(reader.identity),
        *conditions(wanted, OF_INTERVIEW),
    )
    count, median, percentile_90 = (await reader.session.execute(statement)).one()
    return LeadTime(kind, count, round(median or 0), round(percentile_90 or 0))


def _ended(reader: Reader, wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    return [
        PlanRow.tenant_id == reader.tenant_id,
        PlanRow.ends_at <= now,
        interview_scope(reader.identity),
        *conditions(wanted, OF_PLAN),
    ]
