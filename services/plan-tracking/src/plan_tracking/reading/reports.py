"""Reports on measures, and what the owner of a measure sees of a plan: that measure and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database, Reader
from common.errors import Forbidden, NotFound
from common.pagination import PageTokens
from sqlalchemy import Select, exists, select, true

from plan_tracking.domain.content import Measure
from plan_tracking.policy import POLICY, case_of
from plan_tracking.reading.access import ReadCase, open_read
from plan_tracking.storage.contents import read_measure
from plan_tracking.storage.copies import interview_of, person_of
from plan_tracking.storage.follow_up_tables import MeasureReportRow
from plan_tracking.storage.plan_tables import MeasureRow, PlanRow, RevisionRow
from plan_tracking.storage.plans import measures_in_force


@dataclass(frozen=True)
class ReportView:
    """A report; the note is empty for who sees states only."""

    row: MeasureReportRow
    note: str


@dataclass(frozen=True)
class OwnedMeasure:
    """A measure in force as its owner sees it, with its newest report."""

    plan_id: UUID
    employee_id: UUID
    measure: Measure
    newest: MeasureReportRow | None


async def list_measure_progress(
    database: Database,
    call: Call,
    tokens: PageTokens,
    plan_id: UUID,
    measure_id: UUID | None,
    size: int,
    token: str,
) -> tuple[list[ReportView], str]:
    """Return a page of the reports, newest first, and the next token; an owner sees those of their measures."""
    async with database.read(call.identity) as reader:
        plan = await reader.session.get(PlanRow, (reader.tenant_id, plan_id))
        if plan is None:
            raise NotFound(resource="plan", id=plan_id)
        owned = await _owned_ids(reader, plan, measure_id)
        case = None if owned else await open_read(reader, plan_id)
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListMeasureProgress",
            filters={"plan": plan_id, "measure": measure_id},
        )
        query = select(MeasureReportRow).where(
            MeasureReportRow.tenant_id == reader.tenant_id,
            MeasureReportRow.plan_id == plan_id,
            MeasureReportRow.measure_id.in_(owned) if owned else true(),
            MeasureReportRow.measure_id == measure_id if measure_id else true(),
        )
        ordered = page.apply(query, MeasureReportRow.reported_at, MeasureReportRow.id, descending=True)
        found = (await reader.session.scalars(ordered)).all()
        rows, following = page.close(found, lambda row: (row.reported_at, row.id))
        visible = [row for row in rows if case is None or case.shows(row.reported_at)]
        views = [await _view(reader, row, plan.employee_id, case) for row in visible]
    return views, following


async def list_owned_measures(
    database: Database, call: Call, tokens: PageTokens, owner_id: UUID | None, size: int, token: str, *, done: bool
) -> tuple[list[OwnedMeasure], str]:
    """Return a page of the measures in force that the caller owns, by due date; raise Forbidden for another's."""
    async with database.read(call.identity) as reader:
        me = call.identity.person_id
        if me is None or owner_id not in {None, me}:
            raise Forbidden(action="measure.list_owned")
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListOwnedMeasures",
            filters={"owner": me, "done": done},
        )
        query = _owned_query(reader, me, done=done)
        ordered = page.apply(query, MeasureRow.due_on, MeasureRow.measure_id)
        found = (await reader.session.execute(ordered)).tuples().all()
        rows, following = page.close(found, lambda row: (_day(row[0]), row[0].measure_id))
        views = [await _owned(reader, measure, plan) for measure, plan in rows]
    return views, following


def _owned_query(reader: Reader, me: UUID, *, done: bool) -> Select[MeasureRow, PlanRow]:
    is_done = exists().where(
        MeasureReportRow.tenant_id == MeasureRow.tenant_id,
        MeasureReportRow.plan_id == MeasureRow.plan_id,
        MeasureReportRow.measure_id == MeasureRow.measure_id,
        MeasureReportRow.state == "done",
    )
    return (
        select(MeasureRow, PlanRow)
        .join(PlanRow, (PlanRow.tenant_id == MeasureRow.tenant_id) & (PlanRow.id == MeasureRow.plan_id))
        .join(
            RevisionRow,
            (RevisionRow.tenant_id == MeasureRow.tenant_id) & (RevisionRow.id == MeasureRow.revision_id),
        )
        .where(
            MeasureRow.tenant_id == reader.tenant_id,
            MeasureRow.owner_id == me,
            MeasureRow.replaced_by.is_(None),
            MeasureRow.due_on.is_not(None),
            RevisionRow.number == PlanRow.revision_in_force,
            PlanRow.state == "active",
            true() if done else ~is_done,
        )
    )


async def report_by_id(database: Database, call: Call, report_id: UUID) -> ReportView:
    """Return the caller's own report; raise NotFound."""
    async with database.read(call.identity) as reader:
        row = await reader.session.get(MeasureReportRow, (reader.tenant_id, report_id))
        if row is None or row.reported_by != call.identity.person_id:
            raise NotFound(resource="report", id=report_id)
        plan = await reader.session.get(PlanRow, (reader.tenant_id, row.plan_id))
        if plan is None:
            raise NotFound(resource="report", id=report_id)
        return await _view(reader, row, plan.employee_id, None)


async def newest_reports(case: ReadCase) -> list[ReportView]:
    """Return the newest report of each measure in force."""
    measures = [row.measure_id for row in await measures_in_force(case.reader, case.plan)]
    found = await case.reader.session.scalars(
        select(MeasureReportRow)
        .where(
            MeasureReportRow.tenant_id == case.reader.tenant_id,
            MeasureReportRow.plan_id == case.plan.id,
            MeasureReportRow.measure_id.in_(measures),
        )
        .order_by(MeasureReportRow.measure_id, MeasureReportRow.reported_at.desc(), MeasureReportRow.id.desc())
        .distinct(MeasureReportRow.measure_id)
    )
    rows: Sequence[MeasureReportRow] = [row for row in found.all() if case.shows(row.reported_at)]
    return [await _view(case.reader, row, case.plan.employee_id, case) for row in rows]


async def _owned_ids(reader: Reader, plan: PlanRow, measure_id: UUID | None) -> list[UUID]:
    """Return the caller's measures if owning is all that lets them in, else none."""
    employee, interview = await person_of(reader, plan.employee_id), await interview_of(reader, plan.interview_id)
    if POLICY.can(reader.identity, "plan.read", case_of(employee, interview, plan.manager_id)):
        return []
    owned = [
        row.measure_id
        for row in await measures_in_force(reader, plan)
        if row.owner_id == reader.identity.person_id and measure_id in {None, row.measure_id}
    ]
    if not owned:
        raise NotFound(resource="plan", id=plan.id)
    return owned


async def _owned(reader: Reader, row: MeasureRow, plan: PlanRow) -> OwnedMeasure:
    newest = await reader.session.scalar(
        select(MeasureReportRow)
        .where(
            MeasureReportRow.tenant_id == reader.tenant_id,
            MeasureReportRow.plan_id == plan.id,
            MeasureReportRow.measure_id == row.measure_id,
        )
        .order_by(MeasureReportRow.reported_at.desc(), MeasureReportRow.id.desc())
        .limit(1)
    )
    return OwnedMeasure(plan.id, plan.employee_id, await read_measure(reader, row, plan.employee_id), newest)


async def _view(reader: Reader, row: MeasureReportRow, employee_id: UUID, case: ReadCase | None) -> ReportView:
    note = ""
    if row.note is not None and (case is None or case.opens(row.reported_at)):
        note = await reader.unseal("measure_report", "note", row.id, employee_id, row.note)
    return ReportView(row, note)


def _day(row: MeasureRow) -> date:
    if row.due_on is None:
        raise ValueError("a measure in force has a date")
    return row.due_on
