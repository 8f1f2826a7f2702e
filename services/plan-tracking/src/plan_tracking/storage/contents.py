"""A revision's content between its rows, sealed with the employee's key, and the domain."""

from typing import Protocol
from uuid import UUID

from common.ids import stable_id
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from plan_tracking.domain.content import Answer, Content, Direction, Goal, Measure
from plan_tracking.storage.plan_tables import AnswerRow, GoalRow, MeasureRow, RevisionRow
from plan_tracking.storage.plans import goals_of, measures_of


class Opens(Protocol):
    """A transaction or a reader."""

    session: AsyncSession
    tenant_id: UUID

    async def unseal(self, table: str, column: str, row_id: UUID, subject_id: UUID, sealed: bytes) -> str:
        """Open a sealed text."""


class Seals(Opens, Protocol):
    """A transaction."""

    async def seal(self, table: str, column: str, row_id: UUID, subject_id: UUID, text: str) -> bytes:
        """Seal a text."""


async def load_content(source: Opens, revision_id: UUID, employee_id: UUID) -> Content:
    """Return what the revision says now, amendments included."""
    measures: dict[UUID, list[Measure]] = {}
    for row in await measures_of(source, revision_id):
        measures.setdefault(row.goal_id, []).append(await read_measure(source, row, employee_id))
    goals = [
        await _goal(source, row, employee_id, tuple(measures.get(row.goal_id, ())))
        for row in await goals_of(source, revision_id)
    ]
    answers = [await _answer(source, row, employee_id) for row in await answers_of(source, revision_id)]
    return Content(tuple(goals), tuple(answers))


async def answers_of(source: Opens, revision_id: UUID) -> list[AnswerRow]:
    """Return the revision's answers by request."""
    found = await source.session.scalars(
        select(AnswerRow)
        .where(AnswerRow.tenant_id == source.tenant_id, AnswerRow.revision_id == revision_id)
        .order_by(AnswerRow.request_id)
    )
    return list(found)


async def copy_content(tx: Seals, content: Content, to: RevisionRow, employee_id: UUID) -> None:
    """Write the content as a new revision's, each text sealed for its new place."""
    position = 0
    for at, goal in enumerate(content.goals):
        row = GoalRow(tenant_id=tx.tenant_id, revision_id=to.id, goal_id=goal.goal_id, plan_id=to.plan_id, position=at)
        await write_goal(tx, row, goal, employee_id)
        for measure in goal.measures:
            new = MeasureRow(
                tenant_id=tx.tenant_id,
                revision_id=to.id,
                measure_id=measure.measure_id,
                plan_id=to.plan_id,
                position=position,
            )
            await write_measure(tx, new, measure, employee_id)
            position += 1
    for answer in content.answers:
        await write_answer(tx, to, answer, employee_id)


async def write_goal(tx: Seals, row: GoalRow, goal: Goal, employee_id: UUID) -> None:
    """Set the row to the goal and add it; `proposed_by` stays with a row that has one."""
    row.statement = await tx.seal(
        "goal", "statement", _place(row.revision_id, goal.goal_id), employee_id, goal.statement
    )
    row.shortfall_id = goal.shortfall_id
    row.metric_code = goal.metric_code
    row.measure_unit = goal.measure_unit
    row.baseline = goal.baseline
    row.target = goal.target
    row.direction = goal.direction
    row.due_on = goal.due_on
    row.proposed_by = row.proposed_by or _known(goal.proposed_by)
    row.edited_by = _known(goal.edited_by)
    tx.session.add(row)


async def write_measure(tx: Seals, row: MeasureRow, measure: Measure, employee_id: UUID) -> None:
    """Set the row to the measure and add it; `proposed_by` stays with a row that has one."""
    place = _place(row.revision_id, measure.measure_id)
    row.goal_id = measure.goal_id
    row.action = await tx.seal("measure", "action", place, employee_id, measure.action)
    row.resource = await tx.seal("measure", "resource", place, employee_id, measure.resource)
    row.cadence = await tx.seal("measure", "cadence", place, employee_id, measure.cadence)
    row.owner_id = measure.owner_id
    row.due_on = measure.due_on
    row.proposed_by = row.proposed_by or _known(measure.proposed_by)
    row.edited_by = _known(measure.edited_by)
    tx.session.add(row)


async def write_answer(tx: Seals, revision: RevisionRow, answer: Answer, employee_id: UUID) -> None:
    """Set the revision's answer to one request."""
    key = (tx.tenant_id, revision.id, answer.request_id)
    row = await tx.session.get(AnswerRow, key)
    if row is None:
        row = AnswerRow(
            tenant_id=tx.tenant_id, revision_id=revision.id, request_id=answer.request_id, plan_id=revision.plan_id
        )
    place = _place(revision.id, answer.request_id)
    row.keyed_hash = answer.keyed_hash
    row.accepted = answer.accepted
    row.measure_id = answer.measure_id
    row.reason = await tx.seal("answer", "reason", place, employee_id, answer.reason)
    row.answered_by = _known(answer.answered_by)
    tx.session.add(row)


async def read_measure(source: Opens, row: MeasureRow, employee_id: UUID) -> Measure:
    """Return the measure with its texts."""
    place = _place(row.revision_id, row.measure_id)

    async def text(column: str, sealed: bytes | None) -> str:
        return "" if sealed is None else await source.unseal("measure", column, place, employee_id, sealed)

    return Measure(
        row.measure_id,
        row.goal_id,
        await text("action", row.action),
        row.owner_id,
        await text("resource", row.resource),
        await text("cadence", row.cadence),
        row.due_on,
        row.proposed_by,
        row.edited_by,
        row.amended_by,
    )


async def _goal(source: Opens, row: GoalRow, employee_id: UUID, measures: tuple[Measure, ...]) -> Goal:
    place = _place(row.revision_id, row.goal_id)
    direction: Direction = "lower" if row.direction == "lower" else "higher"
    return Goal(
        row.goal_id,
        await source.unseal("goal", "statement", place, employee_id, row.statement),
        row.metric_code,
        row.measure_unit,
        row.baseline,
        row.target,
        direction,
        row.due_on,
        row.shortfall_id,
        measures,
        row.proposed_by,
        row.edited_by,
    )


async def _answer(source: Opens, row: AnswerRow, employee_id: UUID) -> Answer:
    place = _place(row.revision_id, row.request_id)
    reason = "" if row.reason is None else await source.unseal("answer", "reason", place, employee_id, row.reason)
    return Answer(row.request_id, row.keyed_hash, row.accepted, row.measure_id, reason, row.answered_by)


def _place(revision_id: UUID, item_id: UUID) -> UUID:
    # Rows under a compound key have no id of their own to bind the sealed text to.
    return stable_id("sealed", revision_id, item_id)


def _known(person_id: UUID | None) -> UUID:
    if person_id is None:
        raise ValueError("an item of a plan has an author")
    return person_id
