"""The ledger and its open rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from common.database import Reader
from common.errors import NotFound
from common.pagination import Page
from common.steps import StepState
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from metrics.domain.filters import Filter, GroupBy
from metrics.domain.verdicts import Verdict
from metrics.storage.dimensions import OF_LEDGER_ROW, OF_OPEN_STEP, conditions, group_key
from metrics.storage.scope import ledger_scope
from metrics.storage.tables import InterviewRow, LedgerRow

_COUNTED_ROW = and_(LedgerRow.required, ~LedgerRow.after_first_review, LedgerRow.state != StepState.WITHDRAWN)


@dataclass(frozen=True)
class LedgerQuestion:
    """Which rows of the ledger; None or empty: any."""

    wanted: Filter
    interview_id: UUID | None = None
    step: str = ""
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class OpenQuestion:
    """Which open rows; None or empty: any."""

    wanted: Filter
    responsible_id: UUID | None = None
    employee_id: UUID | None = None
    interview_id: UUID | None = None
    step: str = ""
    overdue_only: bool = False
    due_until: datetime | None = None


@dataclass(frozen=True)
class OpenCount:
    """How many open rows of a group are due when."""

    key: str
    overdue: int
    due_today: int
    due_within_a_week: int
    later: int

    @classmethod
    def total(cls, counts: Sequence["OpenCount"]) -> "OpenCount":
        """Return the sum over all groups."""
        sums = (
            sum(getattr(each, name) for each in counts)
            for name in ("overdue", "due_today", "due_within_a_week", "later")
        )
        return cls("", *sums)


def with_case(*columns: Any) -> Select[Any]:
    """Return a select of ledger rows joined with their interview."""
    same_tenant = InterviewRow.tenant_id == LedgerRow.tenant_id
    joined = LedgerRow.__table__.join(
        InterviewRow.__table__, and_(same_tenant, InterviewRow.id == LedgerRow.interview_id)
    )
    return select(*columns).select_from(joined)


def is_judged(verdict: Verdict, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row is so judged at the moment; the same rule as `domain.verdicts.verdict_of`."""
    match verdict:
        case Verdict.OPEN:
            return and_(LedgerRow.state == StepState.OPEN, LedgerRow.sorts_at >= now)
        case Verdict.OVERDUE:
            return and_(LedgerRow.state == StepState.OPEN, LedgerRow.sorts_at < now)
        case Verdict.MET | Verdict.LATE:
            return and_(LedgerRow.state == StepState.DONE, LedgerRow.late == (verdict is Verdict.LATE))
    return LedgerRow.state == verdict.value


async def list_ledger(
    reader: Reader, page: Page, asked: LedgerQuestion, now: datetime
) -> tuple[Sequence[LedgerRow], str]:
    """Return a page of the rows that the caller may see, by due date."""
    where = [*conditions(asked.wanted, OF_LEDGER_ROW), *_exactly(asked.interview_id, asked.step)]
    if asked.verdicts:
        where.append(or_(*(is_judged(verdict, now) for verdict in asked.verdicts)))
    return await _page_of_rows(reader, page, where)


async def list_open_steps(
    reader: Reader, page: Page, asked: OpenQuestion, now: datetime
) -> tuple[Sequence[LedgerRow], str]:
    """Return a page of the open rows that the caller may see, by due date; those without one come last."""
    where = [
        LedgerRow.state == StepState.OPEN,
        *conditions(asked.wanted, OF_OPEN_STEP),
        *_exactly(asked.interview_id, asked.step),
    ]
    if asked.responsible_id is not None:
        where.append(LedgerRow.responsible_id == asked.responsible_id)
    if asked.employee_id is not None:
        where.append(LedgerRow.employee_id == asked.employee_id)
    if asked.overdue_only:
        where.append(LedgerRow.sorts_at < now)
    if asked.due_until is not None:
        where.append(LedgerRow.sorts_at <= asked.due_until)
    return await _page_of_rows(reader, page, where)


async def ledger_of(reader: Reader, interview_id: UUID) -> tuple[InterviewRow, Sequence[LedgerRow]]:
    """Return an interview with its rows by due date; raise NotFound where the caller may see none of them."""
    statement = with_case(LedgerRow).where(
        LedgerRow.tenant_id == reader.tenant_id,
        LedgerRow.interview_id == interview_id,
        ledger_scope(reader.identity),
    )
    rows = (await reader.session.scalars(statement.order_by(LedgerRow.sorts_at, LedgerRow.id))).all()
    interview = await reader.session.get(InterviewRow, (reader.tenant_id, interview_id))
    if not rows or interview is None:
        raise NotFound(resource="interview", id=interview_id)
    return interview, rows


async def failed_rows(reader: Reader, interview_ids: Collection[UUID]) -> Sequence[LedgerRow]:
    """Return the counted rows of these interviews that are neither met nor waived, by due date."""
    kept = or_(LedgerRow.state == StepState.WAIVED, and_(LedgerRow.state == StepState.DONE, ~LedgerRow.late))
    return (
        await reader.session.scalars(
            select(LedgerRow)
            .where(
                LedgerRow.tenant_id == reader.tenant_id,
                LedgerRow.interview_id.in_(interview_ids),
                _COUNTED_ROW,
                ~kept,
            )
            .order_by(LedgerRow.sorts_at, LedgerRow.id)
        )
    ).all()


async def count_open_steps(
    reader: Reader,
    wanted: Filter,
    by: GroupBy | None,
    responsible_id: UUID | None,
    now: datetime,
    end_of_today: datetime,
) -> list[OpenCount]:
    """Return how many open rows that the caller may see are due when, by group."""
    due, week = LedgerRow.sorts_at, end_of_today + timedelta(days=7)
    key = group_key(by, wanted, OF_OPEN_STEP).label("key")
    statement = with_case(
        key,
        func.count().filter(due < now),
        func.count().filter(due >= now, due < end_of_today),
        func.count().filter(due >= now, due >= end_of_today, due < week),
        func.count().filter(due >= week),
    ).where(
        LedgerRow.tenant_id == reader.tenant_id,
        LedgerRow.state == StepState.OPEN,
        ledger_scope(reader.identity),
        *conditions(wanted, OF_OPEN_STEP),
    )
    if responsible_id is not None:
        statement = statement.where(LedgerRow.responsible_id == responsible_id)
    rows = await reader.session.execute(statement.group_by(key).order_by(key))
    return [OpenCount(*row) for row in rows]


async def step_rates(reader: Reader, wanted: Filter, now: datetime) -> dict[str, dict[Verdict, int]]:
    """Return how the required rows past due are judged, by step and verdict."""
    judged = [Verdict.MET, Verdict.LATE, Verdict.MISSED, Verdict.WAIVED, Verdict.OVERDUE]
    statement = with_case(LedgerRow.step, *(func.count().filter(is_judged(verdict, now)) for verdict in judged)).where(
        LedgerRow.tenant_id == reader.tenant_id,
        LedgerRow.required,
        LedgerRow.state != StepState.WITHDRAWN,
        LedgerRow.sorts_at < now,
        ledger_scope(reader.identity, "figures.read"),
        *conditions(wanted, OF_LEDGER_ROW),
    )
    rows = await reader.session.execute(statement.group_by(LedgerRow.step))
    return {step: dict(zip(judged, counts, strict=True)) for step, *counts in rows}


async def _page_of_rows(
    reader: Reader, page: Page, where: list[ColumnElement[bool]]
) -> tuple[Sequence[LedgerRow], str]:
    statement = with_case(LedgerRow).where(
        LedgerRow.tenant_id == reader.tenant_id, ledger_scope(reader.identity), *where
    )
    rows = (await reader.session.scalars(page.apply(statement, LedgerRow.sorts_at, LedgerRow.id))).all()
    return page.close(rows, lambda row: (row.sorts_at, row.id))


def _exactly(interview_id: UUID | None, step: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if interview_id is not None:
        found.append(LedgerRow.interview_id == interview_id)
    if step:
        found.append(LedgerRow.step == step)
    return found
