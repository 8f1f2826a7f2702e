"""Blockers as their readers see them: the case's readers, and whoever owns the blocker."""

from dataclasses import dataclass
from uuid import UUID

from common.call import Call
from common.database import Database, Reader
from common.errors import NotFound
from common.pagination import PageTokens
from sqlalchemy import ColumnElement, or_, select

from plan_tracking.policy import POLICY, case_of, plan_columns
from plan_tracking.reading.access import ReadCase, note_read, read_case_of
from plan_tracking.storage.copies import interview_of, person_of
from plan_tracking.storage.copy_tables import InterviewRow, PersonRow
from plan_tracking.storage.follow_up_tables import BlockerRow
from plan_tracking.storage.plan_tables import PlanRow


@dataclass(frozen=True)
class BlockerView:
    """A blocker; the texts are empty for who sees states only."""

    row: BlockerRow
    text: str
    resolution: str


@dataclass(frozen=True)
class BlockerFilter:
    """What a list of blockers is narrowed to; empty means all that the caller may see."""

    plan_id: UUID | None = None
    owner_id: UUID | None = None
    under_unit_id: UUID | None = None
    states: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL over blocker and its employee."""
        found: list[ColumnElement[bool]] = []
        if self.plan_id is not None:
            found.append(BlockerRow.plan_id == self.plan_id)
        if self.owner_id is not None:
            found.append(BlockerRow.owner_id == self.owner_id)
        if self.under_unit_id is not None:
            found.append(PersonRow.unit_path.any_() == self.under_unit_id)
        if self.states:
            found.append(BlockerRow.state.in_(self.states))
        return found


async def get_blocker(database: Database, call: Call, blocker_id: UUID) -> BlockerView:
    """Return one blocker; raise NotFound."""
    async with database.read(call.identity) as reader:
        row = await reader.session.get(BlockerRow, (reader.tenant_id, blocker_id))
        plan = None if row is None else await reader.session.get(PlanRow, (reader.tenant_id, row.plan_id))
        if row is None or plan is None:
            raise NotFound(resource="blocker", id=blocker_id)
        case = await _case(reader, plan, row)
        view = await _view(reader, row, case)
    if case is not None:
        await note_read(database, call, case, "blocker", blocker_id)
    return view


async def list_blockers(
    database: Database, call: Call, tokens: PageTokens, wanted: BlockerFilter, size: int, token: str
) -> tuple[list[BlockerView], str]:
    """Return a page of the blockers that the caller may see, by deadline, and the next page's token."""
    async with database.read(call.identity) as reader:
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListBlockers",
            filters=vars(wanted),
        )
        readable = POLICY.predicate(call.identity, "plan.read", plan_columns())
        query = (
            select(BlockerRow, PlanRow)
            .join(PlanRow, (PlanRow.tenant_id == BlockerRow.tenant_id) & (PlanRow.id == BlockerRow.plan_id))
            .join(PersonRow, (PersonRow.tenant_id == PlanRow.tenant_id) & (PersonRow.id == PlanRow.employee_id))
            .join(
                InterviewRow, (InterviewRow.tenant_id == PlanRow.tenant_id) & (InterviewRow.id == PlanRow.interview_id)
            )
            .where(
                BlockerRow.tenant_id == reader.tenant_id,
                or_(readable, BlockerRow.owner_id == call.identity.person_id),
                *wanted.conditions(),
            )
        )
        found = (await reader.session.execute(page.apply(query, BlockerRow.resolve_by, BlockerRow.id))).tuples().all()
        rows, following = page.close(found, lambda row: (row[0].resolve_by, row[0].id))
        views = []
        for row, plan in rows:
            case = await _case(reader, plan, row)
            if case is None or case.shows(row.raised_at):
                views.append(await _view(reader, row, case))
    return views, following


async def _case(reader: Reader, plan: PlanRow, row: BlockerRow) -> ReadCase | None:
    """Return the caller's look at the case, or None for the blocker's owner who knows no more than the blocker."""
    employee, interview = await person_of(reader, plan.employee_id), await interview_of(reader, plan.interview_id)
    may_read = POLICY.can(reader.identity, "plan.read", case_of(employee, interview, plan.manager_id))
    if not may_read and row.owner_id == reader.identity.person_id:
        return None
    return await read_case_of(reader, plan)


async def _view(reader: Reader, row: BlockerRow, case: ReadCase | None) -> BlockerView:
    if case is not None and not case.opens(row.raised_at):
        return BlockerView(row, "", "")
    text = await reader.unseal("blocker", "description", row.id, row.employee_id, row.description)
    resolution = ""
    if row.resolution is not None and (row.resolved_at is None or case is None or case.opens(row.resolved_at)):
        resolution = await reader.unseal("blocker", "resolution", row.id, row.employee_id, row.resolution)
    return BlockerView(row, text, resolution)
