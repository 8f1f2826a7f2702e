"""Employees' evaluations: scores as sets only, answers given or not one by one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import Reader
from common.identity import Grant, Identity
from common.ids import stable_id
from common.pagination import Page
from common.steps import StepState
from common.transaction import Transaction
from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from metrics.domain.disclosure import FLOOR, Score
from metrics.domain.filters import Filter, GroupBy
from metrics.storage.dimensions import OF_INTERVIEW, conditions, group_key
from metrics.storage.scope import satisfaction_scope
from metrics.storage.tables import DisclosureRow, EvaluationRow, InterviewRow, LedgerRow

SATISFIED_FROM = 4.0
_OF_EVALUATION = replace(OF_INTERVIEW, month=LedgerRow.month)
_SAME_CASE = and_(InterviewRow.tenant_id == LedgerRow.tenant_id, InterviewRow.id == LedgerRow.interview_id)
_SAME_ROW = and_(EvaluationRow.tenant_id == LedgerRow.tenant_id, EvaluationRow.id == LedgerRow.id)


@dataclass(frozen=True)
class Selection:
    """A set of evaluations that stays the same: a filter, the grants it was asked under, and the last fact in it."""

    wanted: Filter
    grants: tuple[Grant, ...]
    up_to_position: int

    def stored(self) -> dict[str, Any]:
        """Return the filter and the grants, as JSON holds them."""
        grants = sorted([each.role, str(each.unit_id or "")] for each in self.grants)
        return {"filter": self.wanted.stored(), "grants": grants}

    def id(self, reader: str) -> UUID:
        """Return the id under which it is remembered for the reader."""
        return stable_id("disclosure", reader, json.dumps(self.stored(), sort_keys=True), self.up_to_position)

    @classmethod
    def read(cls, row: DisclosureRow) -> "Selection":
        """Return the selection that was shown."""
        grants = tuple(Grant(role, UUID(unit) if unit else None) for role, unit in row.selection["grants"])
        return cls(Filter(**row.selection["filter"]), grants, row.up_to_position)


async def last_position(tx: Transaction) -> int:
    """Return the position of the newest evaluation."""
    newest = select(func.max(EvaluationRow.position)).where(EvaluationRow.tenant_id == tx.tenant_id)
    return int(await tx.session.scalar(newest) or 0)


async def scores(tx: Transaction, of: Selection, by: GroupBy | None) -> list[Score]:
    """Return the scores of a selection, by group."""
    key = group_key(by, of.wanted, _OF_EVALUATION).label("key")
    satisfied = func.count().filter(EvaluationRow.content_mean >= SATISFIED_FROM)
    statement = _asked(key, satisfied, func.count()).where(
        LedgerRow.tenant_id == tx.tenant_id, _is_selected(tx.identity, of)
    )
    return [Score(*row) for row in await tx.session.execute(statement.group_by(key).order_by(key))]


async def count_differing(tx: Transaction, one: Selection, other: Selection) -> int:
    """Return how many evaluations are in exactly one of the two selections."""
    in_one, in_other = (func.coalesce(_is_selected(tx.identity, each), False) for each in (one, other))
    statement = _asked(func.count()).where(LedgerRow.tenant_id == tx.tenant_id, in_one != in_other)
    return int(await tx.session.scalar(statement) or 0)


async def count_answers(tx: Transaction, wanted: Filter) -> tuple[int, int]:
    """Return how many evaluations by employees were given, and asked for."""
    statement = _asked(func.count(EvaluationRow.id), func.count()).where(
        LedgerRow.tenant_id == tx.tenant_id,
        LedgerRow.occurrence == "employee",
        satisfaction_scope(tx.identity),
        *conditions(wanted, _OF_EVALUATION),
    )
    given, asked = (await tx.session.execute(statement)).one()
    return given, asked


async def shown_before(tx: Transaction, given: int) -> Sequence[DisclosureRow]:
    """Return what the reader was shown of about so many evaluations, newest first; others differ by more anyway."""
    return (
        await tx.session.scalars(
            select(DisclosureRow)
            .where(
                DisclosureRow.tenant_id == tx.tenant_id,
                DisclosureRow.reader == tx.identity.subject,
                DisclosureRow.given.between(given - FLOOR + 1, given + FLOOR - 1),
            )
            .order_by(DisclosureRow.up_to_position.desc(), DisclosureRow.id)
        )
    ).all()


async def remember_shown(tx: Transaction, shown: Sequence[tuple[Selection, Score]], at: datetime) -> None:
    """Keep what the reader is shown now."""
    if shown:
        rows = [
            {
                "tenant_id": tx.tenant_id,
                "id": selection.id(tx.identity.subject),
                "reader": tx.identity.subject,
                "selection": selection.stored(),
                "up_to_position": selection.up_to_position,
                "satisfied": score.satisfied,
                "given": score.given,
                "shown_at": at,
            }
            for selection, score in shown
        ]
        await tx.session.execute(upsert(DisclosureRow).on_conflict_do_nothing(), rows)


async def list_evaluation_answers(reader: Reader, page: Page, wanted: Filter) -> tuple[Sequence[Row[Any]], str]:
    """Return a page of id, interview_id, evaluator and given of the evaluations that were asked for."""
    statement = _asked(
        LedgerRow.id,
        LedgerRow.interview_id,
        LedgerRow.occurrence.label("evaluator"),
        EvaluationRow.id.is_not(None).label("given"),
    ).where(
        LedgerRow.tenant_id == reader.tenant_id,
        satisfaction_scope(reader.identity),
        *conditions(wanted, _OF_EVALUATION),
    )
    rows = (await reader.session.execute(page.apply(statement, LedgerRow.id))).all()
    return page.close(rows, lambda row: (row.id,))


def _asked(*columns: Any) -> Select[Any]:
    """Return a select of the evaluations asked for, with their case and, where given, the evaluation."""
    joined = LedgerRow.__table__.join(InterviewRow.__table__, _SAME_CASE).outerjoin(EvaluationRow.__table__, _SAME_ROW)
    return (
        select(*columns)
        .select_from(joined)
        .where(LedgerRow.step == "evaluated", LedgerRow.state.not_in([StepState.WITHDRAWN, StepState.WAIVED]))
    )


def _is_selected(reader: Identity, of: Selection) -> ColumnElement[bool]:
    return and_(
        LedgerRow.occurrence == "employee",
        EvaluationRow.position <= of.up_to_position,
        satisfaction_scope(replace(reader, grants=of.grants)),
        *conditions(of.wanted, _OF_EVALUATION),
    )
