"""The policy table of this service and the facts of a case that it decides by."""

from datetime import datetime
from uuid import UUID

from common.identity import Identity
from common.policy import Case, Columns, Policy
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.storage.facts_queries import managers_above, managers_above_column, person_of
from interview_record.storage.interview_tables import InterviewRow

POLICY = Policy.load("interview_record")


async def case_of(session: AsyncSession, row: InterviewRow) -> Case:
    """Return the facts of an interview that decide who may act in it."""
    person = await person_of(session, row.tenant_id, row.employee_id)
    return _case(row, await managers_above(session, person), row.past_manager_ids)


def interview_columns() -> Columns:
    """Return the same facts as columns of the interview table."""
    return Columns(
        employee_id=InterviewRow.employee_id,
        manager_id=InterviewRow.manager_id,
        manager_above_ids=managers_above_column(InterviewRow.tenant_id, InterviewRow.employee_id),
        past_manager_ids=InterviewRow.past_manager_ids,
        unit_path=InterviewRow.unit_path,
    )


def horizon(identity: Identity, row: InterviewRow) -> datetime | None:
    """Return until when texts may be dated for the caller, None for no limit.

    A past manager reads what they held and nothing later, unless something else lets them read.
    """
    me = str(identity.person_id)
    ends = [datetime.fromisoformat(each["until"]) for each in row.past_managers if each["person_id"] == me]
    if not ends or "texts" in POLICY.visible_fields(identity, "interview.read", _case(row, (), ())):
        return None
    return max(ends)


def _case(row: InterviewRow, above: tuple[UUID, ...], past: list[UUID] | tuple[()]) -> Case:
    return Case(
        employee_id=row.employee_id,
        manager_id=row.manager_id,
        manager_above_ids=above,
        past_manager_ids=past,
        unit_path=row.unit_path,
    )
