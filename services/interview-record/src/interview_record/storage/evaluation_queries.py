"""Evaluations of many cases together; a single one is read by its author alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from common.steps import Step, StepState
from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.domain.evaluation import Scores
from interview_record.storage.facts_queries import rules_of
from interview_record.storage.interview_tables import InterviewRow, StepRow
from interview_record.storage.record_tables import EvaluationRow


@dataclass(frozen=True)
class Group:
    """One side's evaluations of the visible cases that fit the filters, by the filters' names."""

    tenant_id: UUID
    evaluator: str
    visible: ColumnElement[bool]
    filters: Mapping[str, ColumnElement[bool]]

    def condition(self, *, without: str = "") -> ColumnElement[bool]:
        """Return the cases of the group, or of the wider one without a filter."""
        fitting = [each for name, each in self.filters.items() if name != without]
        return and_(InterviewRow.tenant_id == self.tenant_id, self.visible, true(), *fitting)


async def scores_of(session: AsyncSession, group: Group) -> list[Scores]:
    """Return what was given, oldest first."""
    rows = await session.scalars(
        select(EvaluationRow.scores)
        .join(InterviewRow, _of_interview(EvaluationRow))
        .where(group.condition(), EvaluationRow.evaluator == group.evaluator)
        .order_by(EvaluationRow.evaluated_at, EvaluationRow.id)
    )
    return [Scores(tuple(each)) for each in rows]


async def smallest_rest(session: AsyncSession, group: Group, given: int) -> int:
    """Return how many evaluations the nearest wider group has beyond this one; 0 where none is wider."""
    rests = []
    for name in group.filters:
        wider = await session.scalar(
            select(func.count())
            .select_from(EvaluationRow)
            .join(InterviewRow, _of_interview(EvaluationRow))
            .where(group.condition(without=name), EvaluationRow.evaluator == group.evaluator)
        )
        rests.append((wider or 0) - given)
    return min((each for each in rests if each), default=0)


async def asked_of(session: AsyncSession, group: Group) -> int:
    """Return how many were asked: a ledger row each, unless waived or void."""
    found = await session.scalar(
        select(func.count())
        .select_from(StepRow)
        .join(InterviewRow, _of_interview(StepRow))
        .where(
            group.condition(),
            StepRow.step == Step.EVALUATED,
            StepRow.occurrence == group.evaluator,
            StepRow.state.not_in([StepState.WAIVED, StepState.WITHDRAWN]),
        )
    )
    return found or 0


async def floor_of(session: AsyncSession, group: Group) -> int | None:
    """Return the highest floor of the playbooks that the group's cases follow; None for an empty group."""
    followed = select(InterviewRow.playbook_id, InterviewRow.playbook_version).where(group.condition()).distinct()
    floors = [
        (await rules_of(session, group.tenant_id, playbook_id, version)).evaluation.anonymity_floor
        for playbook_id, version in await session.execute(followed)
    ]
    return max(floors, default=None)


def _of_interview(table: type[EvaluationRow] | type[StepRow]) -> ColumnElement[bool]:
    return (InterviewRow.tenant_id == table.tenant_id) & (InterviewRow.id == table.interview_id)
