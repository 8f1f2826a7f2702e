"""Plans as their readers see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common import tables
from common.call import Call
from common.database import Database, Reader
from common.identity import Identity
from common.pagination import PageTokens
from common.steps import Step
from sqlalchemy import ColumnElement, Select, func, select

from plan_tracking.domain.states import UNRESOLVED
from plan_tracking.policy import POLICY, case_of, plan_columns
from plan_tracking.reading.access import READ, ReadCase, note_read, open_read
from plan_tracking.reading.revisions import RevisionView, view_revision
from plan_tracking.storage.copies import interview_of, person_of
from plan_tracking.storage.copy_tables import InterviewRow, PersonRow
from plan_tracking.storage.follow_up_tables import BlockerRow, StepRow
from plan_tracking.storage.plan_tables import PlanRow, RevisionRow
from plan_tracking.storage.plans import revision_of


@dataclass(frozen=True)
class PlanView:
    """A plan with its newest revision, the one in force where that is another, and its open due dates by step."""

    plan: PlanRow
    newest: RevisionView
    in_force: RevisionView | None
    dues: Mapping[str, datetime]
    open_blockers: int


@dataclass(frozen=True)
class PlanFilter:
    """What a list of plans is narrowed to; empty means all that the caller may see."""

    interview_id: UUID | None = None
    employee_id: UUID | None = None
    manager_id: UUID | None = None
    under_unit_id: UUID | None = None
    states: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL over plan and its employee."""
        found: list[ColumnElement[bool]] = []
        for column, value in (
            (PlanRow.interview_id, self.interview_id),
            (PlanRow.employee_id, self.employee_id),
            (PlanRow.manager_id, self.manager_id),
        ):
            if value is not None:
                found.append(column == value)
        if self.under_unit_id is not None:
            found.append(PersonRow.unit_path.any_() == self.under_unit_id)
        if self.states:
            found.append(PlanRow.state.in_(self.states))
        return found


@dataclass(frozen=True)
class ReadEntry:
    """Somebody read a text of the plan."""

    reader_id: str
    read_at: datetime
    resource_type: str
    resource_id: str


async def get_plan(database: Database, call: Call, plan_id: UUID) -> PlanView:
    """Return the plan; raise NotFound."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        view = await view_plan(case)
    await note_read(database, call, case, "plan", plan_id)
    return view


async def list_plans(
    database: Database, call: Call, tokens: PageTokens, wanted: PlanFilter, size: int, token: str
) -> tuple[list[PlanView], str]:
    """Return a page of the plans that the caller may see, newest first and without texts, and the next token."""
    async with database.read(call.identity) as reader:
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListPlans",
            filters=vars(wanted),
        )
        query = visible_plans(reader, call.identity).where(*wanted.conditions())
        ordered = page.apply(query, PlanRow.drafted_at, PlanRow.id, descending=True)
        found = (await reader.session.execute(ordered)).tuples().all()
        rows, following = page.close(found, lambda row: (row[0].drafted_at, row[0].id))
        dues = await _open_dues(reader, [plan.interview_id for plan, _ in rows])
        blockers = await _open_blockers(reader, [plan.id for plan, _ in rows])
    views = [
        PlanView(
            plan,
            RevisionView(newest, None, (), (), ""),
            None,
            _by_step(dues.get(plan.interview_id, ()), newest.sign_occurrence),
            blockers.get(plan.id, 0),
        )
        for plan, newest in rows
    ]
    return views, following


async def list_plan_reads(
    database: Database, call: Call, tokens: PageTokens, plan_id: UUID, size: int, token: str
) -> tuple[list[ReadEntry], str]:
    """Return a page of who read texts of the plan, newest first; raise Forbidden, NotFound."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        facts = case_of(case.employee, case.interview, case.plan.manager_id)
        POLICY.require(call.identity, "plan.list_reads", facts, id=plan_id)
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListPlanReads",
            filters={"plan": plan_id},
        )
        column = tables.audit.c
        query = select(column.id, column.at, column.facts).where(
            column.tenant_id == reader.tenant_id,
            column.resource_type == "plan",
            column.resource_id == plan_id,
            column.action == READ,
        )
        found = (await reader.session.execute(page.apply(query, column.at, column.id, descending=True))).all()
        rows, following = page.close(found, lambda row: (row.at, row.id))
    return [
        ReadEntry(row.facts["reader_id"] or "", row.at, row.facts["type"], row.facts["id"]) for row in rows
    ], following


def visible_plans(reader: Reader, identity: Identity) -> Select[PlanRow, RevisionRow]:
    """Return the query of the plans that the caller may read, each with its newest revision."""
    return (
        select(PlanRow, RevisionRow)
        .join(PersonRow, (PersonRow.tenant_id == PlanRow.tenant_id) & (PersonRow.id == PlanRow.employee_id))
        .join(InterviewRow, (InterviewRow.tenant_id == PlanRow.tenant_id) & (InterviewRow.id == PlanRow.interview_id))
        .join(
            RevisionRow,
            (RevisionRow.tenant_id == PlanRow.tenant_id)
            & (RevisionRow.plan_id == PlanRow.id)
            & (RevisionRow.number == PlanRow.revision),
        )
        .where(PlanRow.tenant_id == reader.tenant_id, POLICY.predicate(identity, "plan.read", plan_columns()))
    )


async def view_plan(case: ReadCase) -> PlanView:
    """Return the plan as the caller sees it."""
    reader, plan = case.reader, case.plan
    newest = await revision_of(reader, plan.id, plan.revision)
    if newest is None:
        raise RuntimeError("a plan without its newest revision")
    in_force = None
    if plan.revision_in_force and plan.revision_in_force != plan.revision:
        in_force = await revision_of(reader, plan.id, plan.revision_in_force)
    dues = await _open_dues(reader, [plan.interview_id])
    return PlanView(
        plan,
        await view_revision(case, newest),
        None if in_force is None else await view_revision(case, in_force),
        _by_step(dues.get(plan.interview_id, ()), newest.sign_occurrence),
        (await _open_blockers(reader, [plan.id])).get(plan.id, 0),
    )


async def require_interview(reader: Reader, interview_id: UUID, action: str) -> InterviewRow:
    """Return an interview in which the caller may do this; raise NotFound or Forbidden."""
    interview = await interview_of(reader, interview_id)
    employee = await person_of(reader, interview.employee_id)
    POLICY.require(reader.identity, action, case_of(employee, interview, interview.manager_id), id=interview_id)
    return interview


async def _open_dues(reader: Reader, interview_ids: Sequence[UUID]) -> dict[UUID, list[StepRow]]:
    rows = await reader.session.scalars(
        select(StepRow)
        .where(StepRow.tenant_id == reader.tenant_id, StepRow.interview_id.in_(interview_ids), StepRow.state == "open")
        .order_by(StepRow.due_at)
    )
    found: dict[UUID, list[StepRow]] = {}
    for row in rows.all():
        found.setdefault(row.interview_id, []).append(row)
    return found


def _by_step(rows: Iterable[StepRow], sign_occurrence: str) -> dict[str, datetime]:
    dues: dict[str, datetime] = {}
    for row in rows:
        if row.due_at is not None and (row.step != Step.SIGNED or row.occurrence == sign_occurrence):
            dues.setdefault(row.step, row.due_at)
    return dues


async def _open_blockers(reader: Reader, plan_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = await reader.session.execute(
        select(BlockerRow.plan_id, func.count())
        .where(
            BlockerRow.tenant_id == reader.tenant_id,
            BlockerRow.plan_id.in_(plan_ids),
            BlockerRow.state.in_(UNRESOLVED),
        )
        .group_by(BlockerRow.plan_id)
    )
    return dict(rows.tuples().all())
