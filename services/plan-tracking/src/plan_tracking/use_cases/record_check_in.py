"""Record the check-in of the running period: how each goal and measure goes, and a note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, FieldViolation, Invalid, Kind
from common.ids import new_id
from common.steps import Step

from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.content import decimal_text
from plan_tracking.domain.progress import ProgressState
from plan_tracking.follow_up import close_periods, occurrence_of
from plan_tracking.ledger import complete
from plan_tracking.storage.follow_up_tables import CheckInRow, MeasureReportRow
from plan_tracking.storage.plans import check_in_of, goals_of, measures_of
from plan_tracking.views import events_of


class AlreadyCheckedIn(AppError):
    """One check-in a period."""

    kind = Kind.CONFLICT
    reason = "ALREADY_CHECKED_IN"
    en = "The period that ends {due_at} has its check-in."
    zh = "截至 {due_at} 的周期已完成跟进。"


class NoPeriodRunning(AppError):
    """The plan has reached its end; what is due now is its review."""

    kind = Kind.PRECONDITION
    reason = "NO_PERIOD_RUNNING"
    en = "The last check-in period is over; review the plan."
    zh = "最后一个跟进周期已结束，请进行复盘。"


@dataclass(frozen=True)
class GoalEntry:
    """How a goal goes; `current` is what was measured, if anything."""

    goal_id: UUID
    state: ProgressState
    current: Decimal | None = None


@dataclass(frozen=True)
class MeasureEntry:
    """How a measure goes; `percent` is done."""

    measure_id: UUID
    state: ProgressState
    percent: int = 0


async def record_check_in(
    database: Database,
    call: Call,
    plan_id: UUID,
    goals: Sequence[GoalEntry],
    measures: Sequence[MeasureEntry],
    note: str,
    expected_version: int,
) -> UUID:
    """Record as the manager; returns the check-in's id. Raises NotInForce, NoPeriodRunning, AlreadyCheckedIn."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        person = file.require_follow_up("plan.check_in")
        file.in_force("check_in")
        await _require_known(file, goals, measures)
        await close_periods(file, tx.now)
        due_at = file.plan.period_due_at
        if due_at is None:
            raise NoPeriodRunning
        if await check_in_of(tx, plan_id, due_at) is not None:
            raise AlreadyCheckedIn(due_at=due_at.isoformat())
        row = _row(file, due_at, goals, measures, person)
        row.note = await tx.seal("check_in", "note", row.id, file.plan.employee_id, note.strip())
        tx.add(row)
        _report_measures(file, row, measures, person)
        file.plan.missed_in_a_row = 0
        file.touch()
        await complete(file, Step.CHECKED_IN, occurrence_of(file, due_at))
        events = await events_of(file)
        tx.publish(row.id, events.check_in_recorded(row.id, due_at, person, tx.now))
        file.record("checked_in", check_in_id=row.id, period_due_at=due_at)
        return tx.done(row.id)


def _row(
    file: Casefile, due_at: datetime, goals: Sequence[GoalEntry], measures: Sequence[MeasureEntry], person: UUID
) -> CheckInRow:
    return CheckInRow(
        tenant_id=file.tx.tenant_id,
        id=new_id(),
        plan_id=file.plan.id,
        revision=file.plan.revision_in_force,
        period_due_at=due_at,
        goals=[
            {"goal_id": str(each.goal_id), "state": each.state.value, "current": decimal_text(each.current)}
            for each in goals
        ],
        measures=[
            {"measure_id": str(each.measure_id), "state": each.state.value, "percent": each.percent}
            for each in measures
        ],
        recorded_by=person,
        recorded_at=file.tx.now,
    )


async def _require_known(file: Casefile, goals: Sequence[GoalEntry], measures: Sequence[MeasureEntry]) -> None:
    revision = await file.revision(file.plan.revision_in_force)
    known_goals = {row.goal_id for row in await goals_of(file.tx, revision.id)}
    known_measures = {row.measure_id for row in await measures_of(file.tx, revision.id)}
    unknown = [f"goals[{at}].goal_id" for at, each in enumerate(goals) if each.goal_id not in known_goals]
    unknown += [
        f"measures[{at}].measure_id" for at, each in enumerate(measures) if each.measure_id not in known_measures
    ]
    if unknown:
        en, zh = "The plan in force has no such item.", "生效的计划中没有此项。"
        raise Invalid(fields=[FieldViolation(field, "ITEM_UNKNOWN", en, zh) for field in unknown])


def _report_measures(file: Casefile, check_in: CheckInRow, measures: Sequence[MeasureEntry], person: UUID) -> None:
    for each in measures:
        file.tx.add(
            MeasureReportRow(
                tenant_id=file.tx.tenant_id,
                id=new_id(),
                plan_id=file.plan.id,
                measure_id=each.measure_id,
                state=each.state.value,
                percent=each.percent,
                check_in_id=check_in.id,
                reported_by=person,
                reported_at=file.tx.now,
            )
        )
