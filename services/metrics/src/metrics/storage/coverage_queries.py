"""Coverage: who of those who should have had a concluded interview has had one.

Without a cycle, active people of core families as they are now, since the programme's start; with a cycle, everybody
in its frozen population, those left out included, each with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import Reader
from common.pagination import Page
from sqlalchemy import ColumnElement, ScalarSelect, Text, and_, cast, func, literal, select

from metrics.domain.figures import Figure, GroupRatio, Ratio
from metrics.domain.filters import Filter, GroupBy
from metrics.domain.moments import MONTH
from metrics.storage.dimensions import OF_MEMBER, OF_PERSON, Dimensions, conditions, group_key
from metrics.storage.scope import member_scope, person_scope
from metrics.storage.tables import CycleMemberRow, InterviewRow, PersonRow

_UNFINISHED = ("open", "in_progress")
_SQL_MONTH = MONTH.replace("%Y", "YYYY").replace("%m", "MM")


@dataclass(frozen=True)
class Period:
    """Between which moments an interview must have been concluded; `zone` says in which months they fall."""

    since: datetime
    until: datetime | None
    zone: str


@dataclass(frozen=True)
class Covered:
    """One of those who should be covered, and the interview that covers them, or the open one."""

    person_id: UUID
    covered: bool
    interview_id: UUID | None
    interview_state: str
    left_out_reason: str


@dataclass(frozen=True)
class _Population:
    """Those who should be covered: their rows, and which interviews of theirs may do it."""

    person_id: Any
    left_out_reason: ColumnElement[str]
    dimensions: Dimensions
    where: list[ColumnElement[bool]]
    theirs: ColumnElement[bool]


def _everybody(reader: Reader, wanted: Filter) -> _Population:
    return _Population(
        PersonRow.id,
        literal(""),
        OF_PERSON,
        [
            PersonRow.tenant_id == reader.tenant_id,
            PersonRow.active.is_(True),
            PersonRow.core_family.is_(True),
            PersonRow.placeholder.is_(False),
            person_scope(reader.identity),
            *conditions(wanted, OF_PERSON),
        ],
        and_(InterviewRow.tenant_id == reader.tenant_id, InterviewRow.employee_id == PersonRow.id),
    )


def _members(reader: Reader, wanted: Filter) -> _Population:
    return _Population(
        CycleMemberRow.person_id,
        cast(CycleMemberRow.left_out_reason, Text),
        OF_MEMBER,
        [
            CycleMemberRow.tenant_id == reader.tenant_id,
            member_scope(reader.identity),
            *conditions(wanted, OF_MEMBER),
        ],
        and_(
            InterviewRow.tenant_id == reader.tenant_id,
            InterviewRow.employee_id == CycleMemberRow.person_id,
            InterviewRow.cycle_id == CycleMemberRow.cycle_id,
        ),
    )


async def coverage(reader: Reader, wanted: Filter, by: GroupBy | None, period: Period) -> Figure:
    """Return coverage as a whole and by group; by month, how far it had come by each month's end."""
    of = _population(reader, wanted)
    if by is GroupBy.MONTH:
        return await _by_month(reader, of, period)
    figure = await _count(reader, of, wanted, by, period)
    if by is GroupBy.CYCLE and wanted.cycle_id is None:
        # Each cycle has a population of its own; together they are not the whole.
        cycles = await _count(reader, _members(reader, _timeless(wanted)), wanted, by, period)
        return replace(figure, groups=cycles.groups)
    return figure


async def left_out(reader: Reader, wanted: Filter) -> dict[str, int]:
    """Return how many of a cycle's population have no interview in it, by reason."""
    reason = CycleMemberRow.left_out_reason
    statement = select(reason, func.count()).where(*_members(reader, _timeless(wanted)).where, reason != "")
    rows = await reader.session.execute(statement.group_by(reason).order_by(reason))
    return dict(rows.tuples().all())


async def list_coverage(
    reader: Reader, page: Page, wanted: Filter, covered: bool | None, period: Period
) -> tuple[Sequence[Covered], str]:
    """Return a page of those who should be covered."""
    of = _population(reader, wanted)
    covering = _interview(of, _covers(period), InterviewRow.concluded_at)
    unfinished = _interview(of, InterviewRow.state.in_(_UNFINISHED), InterviewRow.opened_at)
    statement = select(of.person_id, covering, unfinished, of.left_out_reason).where(*of.where)
    if covered is not None:
        statement = statement.where(_is_covered(of, period).is_(covered))
    rows, token = page.close(
        (await reader.session.execute(page.apply(statement, of.person_id))).all(), lambda row: (row[0],)
    )
    states = await _states(reader, {id for row in rows for id in (row[1], row[2]) if id})
    return [
        Covered(person_id, by_id is not None, by_id or open_id, states.get(by_id or open_id, ""), reason)
        for person_id, by_id, open_id, reason in rows
    ], token


def _population(reader: Reader, wanted: Filter) -> _Population:
    timeless = _timeless(wanted)
    return _everybody(reader, timeless) if wanted.cycle_id is None else _members(reader, timeless)


def _timeless(wanted: Filter) -> Filter:
    # Months say when an interview was concluded, not who should have had one.
    return replace(wanted, from_month=None, until_month=None)


async def _count(reader: Reader, of: _Population, wanted: Filter, by: GroupBy | None, period: Period) -> Figure:
    key = group_key(by, wanted, of.dimensions).label("key")
    statement = select(key, func.count().filter(_is_covered(of, period)), func.count()).where(*of.where)
    rows = await reader.session.execute(statement.group_by(key).order_by(key))
    return Figure.of([(each, part, whole) for each, part, whole in rows], grouped=by is not None)


async def _by_month(reader: Reader, of: _Population, period: Period) -> Figure:
    first = select(func.min(InterviewRow.concluded_at)).where(of.theirs, _covers(period)).scalar_subquery()
    month = func.to_char(func.timezone(period.zone, first), _SQL_MONTH).label("month")
    counts = select(month, func.count()).where(*of.where).group_by(month).order_by(month)
    found: dict[str | None, int] = dict((await reader.session.execute(counts)).tuples().all())
    whole, reached = sum(found.values()), 0
    groups = []
    for each in sorted(month for month in found if month):
        reached += found[each]
        groups.append(GroupRatio(each, Ratio(reached, whole)))
    return Figure(Ratio(reached, whole), tuple(groups))


def _covers(period: Period) -> ColumnElement[bool]:
    since = InterviewRow.concluded_at >= period.since
    return since if period.until is None else and_(since, InterviewRow.concluded_at < period.until)


def _is_covered(of: _Population, period: Period) -> ColumnElement[bool]:
    return select(InterviewRow.id).where(of.theirs, _covers(period)).exists()


def _interview(of: _Population, which: ColumnElement[bool], latest: Any) -> ScalarSelect[UUID]:
    return select(InterviewRow.id).where(of.theirs, which).order_by(latest.desc()).limit(1).scalar_subquery()


async def _states(reader: Reader, ids: set[UUID]) -> dict[UUID | None, str]:
    rows = await reader.session.execute(
        select(InterviewRow.id, InterviewRow.state).where(
            InterviewRow.tenant_id == reader.tenant_id, InterviewRow.id.in_(ids)
        )
    )
    return dict(rows.tuples().all())
