"""Compliance: of the interviews that count by now, those whose required steps were all met or waived."""

from collections.abc import Sequence
from datetime import datetime

from common.database import Reader
from common.pagination import Page
from sqlalchemy import ColumnElement, func, select

from metrics.domain.figures import Figure
from metrics.domain.filters import Filter, GroupBy
from metrics.storage.dimensions import OF_INTERVIEW, conditions, group_key
from metrics.storage.scope import interview_scope
from metrics.storage.tables import InterviewRow


async def compliance(reader: Reader, wanted: Filter, by: GroupBy | None, now: datetime) -> Figure:
    """Return compliance as a whole and by group."""
    key = group_key(by, wanted, OF_INTERVIEW).label("key")
    counted = select(key, func.count().filter(InterviewRow.compliant), func.count())
    rows = await reader.session.execute(counted.where(*_counting(reader, wanted, now)).group_by(key).order_by(key))
    return Figure.of([(each, part, whole) for each, part, whole in rows], grouped=by is not None)


async def list_compliance_interviews(
    reader: Reader, page: Page, wanted: Filter, compliant: bool | None, now: datetime
) -> tuple[Sequence[InterviewRow], str]:
    """Return a page of the interviews behind the figure, by their last due date."""
    where = _counting(reader, wanted, now)
    if compliant is not None:
        where.append(InterviewRow.compliant.is_(compliant))
    statement = page.apply(select(InterviewRow).where(*where), InterviewRow.last_due_at, InterviewRow.id)
    rows = (await reader.session.scalars(statement)).all()
    return page.close(rows, lambda row: (row.last_due_at, row.id))


def _counting(reader: Reader, wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    return [
        InterviewRow.tenant_id == reader.tenant_id,
        InterviewRow.countable.is_(True),
        InterviewRow.last_due_at < now,
        interview_scope(reader.identity),
        *conditions(wanted, OF_INTERVIEW),
    ]
