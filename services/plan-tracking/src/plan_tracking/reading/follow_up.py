"""Check-ins, reports, progress and reviews as their readers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database, Reader
from common.errors import NotFound
from common.pagination import PageTokens
from common.steps import Step
from sqlalchemy import func, select

from plan_tracking.domain.progress import Way
from plan_tracking.domain.states import UNRESOLVED
from plan_tracking.figures import ways_of
from plan_tracking.reading.access import ReadCase, note_read, open_read
from plan_tracking.reading.reports import ReportView, newest_reports
from plan_tracking.storage.contents import load_content
from plan_tracking.storage.follow_up_tables import BlockerRow, CheckInRow, ReviewRow, StepRow
from plan_tracking.storage.plan_tables import PlanRow
from plan_tracking.storage.plans import revision_of


@dataclass(frozen=True)
class CheckInView:
    """A check-in; the note is empty for who sees states only."""

    row: CheckInRow
    note: str


@dataclass(frozen=True)
class PeriodView:
    """A check-in period by its end, and what became of it."""

    due_at: datetime
    state: str
    check_in: CheckInView | None


@dataclass(frozen=True)
class ProgressView:
    """Each goal's way, and the newest report of each measure."""

    ways: Sequence[Way]
    reports: Sequence[ReportView]


@dataclass(frozen=True)
class ReviewSheet:
    """What a stage review looks at."""

    ways: Sequence[Way]
    check_ins_recorded: int
    check_ins_missed: int
    blockers_open: int
    blockers_resolved: int
    due_at: datetime | None
    must_end: bool


@dataclass(frozen=True)
class ReviewView:
    """A review; the note is empty for who sees states only."""

    row: ReviewRow
    note: str


async def get_check_in(database: Database, call: Call, check_in_id: UUID) -> CheckInView:
    """Return one check-in; raise NotFound."""
    async with database.read(call.identity) as reader:
        row = await reader.session.get(CheckInRow, (reader.tenant_id, check_in_id))
        if row is None:
            raise NotFound(resource="check_in", id=check_in_id)
        case = await open_read(reader, row.plan_id)
        if not case.shows(row.recorded_at):
            raise NotFound(resource="check_in", id=check_in_id)
        view = await _view_check_in(case, row)
    await note_read(database, call, case, "check_in", check_in_id)
    return view


async def list_check_ins(
    database: Database, call: Call, tokens: PageTokens, plan_id: UUID, size: int, token: str
) -> tuple[list[PeriodView], str]:
    """Return a page of the plan's periods with their check-ins, oldest first, and the next page's token."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListCheckIns",
            filters={"plan": plan_id},
        )
        query = select(StepRow).where(
            StepRow.tenant_id == reader.tenant_id,
            StepRow.interview_id == case.plan.interview_id,
            StepRow.step == Step.CHECKED_IN,
            StepRow.state != "withdrawn",
        )
        found = (await reader.session.scalars(page.apply(query, StepRow.due_at, StepRow.id))).all()
        rows, following = page.close(found, lambda row: (row.due_at, row.id))
        by_due = await _check_ins(reader, case.plan, rows)
        views = []
        for row in rows:
            if row.due_at is not None and case.shows(row.due_at):
                check_in = by_due.get(row.due_at)
                view = None if check_in is None else await _view_check_in(case, check_in)
                views.append(PeriodView(row.due_at, row.state, view))
    await note_read(database, call, case, "check_ins", plan_id)
    return views, following


async def get_progress(database: Database, call: Call, plan_id: UUID) -> ProgressView:
    """Return how far each goal is by the KPI results, and the newest report of each measure in force."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        ways = await _ways(case)
        reports = await newest_reports(case)
    await note_read(database, call, case, "progress", plan_id)
    return ProgressView(ways, reports)


async def get_review_sheet(database: Database, call: Call, plan_id: UUID) -> ReviewSheet:
    """Return the figures of the next review: before and after, check-ins and blockers."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        plan = case.plan
        periods = await _period_counts(reader, plan.interview_id)
        blockers = await _blocker_counts(reader, plan_id)
        today = (await case.days()).day_of(database.clock.now(reader.tenant_id))
        first = plan.first_reviewed_at is None
        return ReviewSheet(
            await _ways(case),
            periods.get("done", 0),
            periods.get("missed", 0),
            sum(blockers.get(state, 0) for state in UNRESOLVED),
            blockers.get("resolved", 0),
            plan.first_review_due_at if first else plan.final_review_due_at,
            not first and plan.ends_on is not None and today >= plan.ends_on,
        )


async def get_review(database: Database, call: Call, review_id: UUID) -> ReviewView:
    """Return one review; raise NotFound."""
    async with database.read(call.identity) as reader:
        row = await reader.session.get(ReviewRow, (reader.tenant_id, review_id))
        if row is None:
            raise NotFound(resource="review", id=review_id)
        case = await open_read(reader, row.plan_id)
        if not case.shows(row.reviewed_at):
            raise NotFound(resource="review", id=review_id)
        return await _view_review(case, row)


async def list_reviews(
    database: Database, call: Call, tokens: PageTokens, plan_id: UUID, size: int, token: str
) -> tuple[list[ReviewView], str]:
    """Return a page of the plan's reviews, oldest first, and the next page's token."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListReviews",
            filters={"plan": plan_id},
        )
        query = select(ReviewRow).where(ReviewRow.tenant_id == reader.tenant_id, ReviewRow.plan_id == plan_id)
        found = (await reader.session.scalars(page.apply(query, ReviewRow.reviewed_at, ReviewRow.id))).all()
        rows, following = page.close(found, lambda row: (row.reviewed_at, row.id))
        views = [await _view_review(case, row) for row in rows if case.shows(row.reviewed_at)]
    await note_read(database, call, case, "reviews", plan_id)
    return views, following


async def _view_check_in(case: ReadCase, row: CheckInRow) -> CheckInView:
    note = ""
    if row.note is not None and case.opens(row.recorded_at):
        note = await case.reader.unseal("check_in", "note", row.id, case.plan.employee_id, row.note)
    return CheckInView(row, note)


async def _view_review(case: ReadCase, row: ReviewRow) -> ReviewView:
    note = ""
    if case.opens(row.reviewed_at):
        note = await case.reader.unseal("review", "note", row.id, case.plan.employee_id, row.note)
    return ReviewView(row, note)


async def _check_ins(reader: Reader, plan: PlanRow, rows: Sequence[StepRow]) -> dict[datetime, CheckInRow]:
    found = await reader.session.scalars(
        select(CheckInRow).where(
            CheckInRow.tenant_id == reader.tenant_id,
            CheckInRow.plan_id == plan.id,
            CheckInRow.period_due_at.in_([row.due_at for row in rows]),
        )
    )
    return {row.period_due_at: row for row in found.all()}


async def _ways(case: ReadCase) -> list[Way]:
    plan = case.plan
    revision = await revision_of(case.reader, plan.id, plan.revision_in_force)
    if revision is None:
        return []
    content = await load_content(case.reader, revision.id, plan.employee_id)
    return await ways_of(case.reader, plan, content, await case.days())


async def _period_counts(reader: Reader, interview_id: UUID) -> dict[str, int]:
    rows = await reader.session.execute(
        select(StepRow.state, func.count())
        .where(
            StepRow.tenant_id == reader.tenant_id,
            StepRow.interview_id == interview_id,
            StepRow.step == Step.CHECKED_IN,
        )
        .group_by(StepRow.state)
    )
    return dict(rows.tuples().all())


async def _blocker_counts(reader: Reader, plan_id: UUID) -> dict[str, int]:
    rows = await reader.session.execute(
        select(BlockerRow.state, func.count())
        .where(BlockerRow.tenant_id == reader.tenant_id, BlockerRow.plan_id == plan_id)
        .group_by(BlockerRow.state)
    )
    return dict(rows.tuples().all())
