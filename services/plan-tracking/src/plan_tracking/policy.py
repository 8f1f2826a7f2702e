"""The policy table of this service and the facts of a case that it decides by."""

from datetime import datetime
from uuid import UUID

from common.identity import Identity
from common.policy import Case, Columns, Policy

from plan_tracking.storage.copy_tables import InterviewRow, PersonRow
from plan_tracking.storage.plan_tables import PlanRow

POLICY = Policy.load("plan_tracking")


def case_of(
    employee: PersonRow,
    interview: InterviewRow,
    manager_id: UUID | None,
    *,
    past: bool = True,
    owners: tuple[UUID, ...] = (),
) -> Case:
    """Return the facts of a case; `past=False` leaves out who held it before."""
    return Case(
        employee_id=employee.id,
        manager_id=manager_id,
        manager_above_ids=tuple(employee.manager_line),
        past_manager_ids=tuple(interview.past_manager_ids) if past else (),
        owner_ids=owners,
        unit_path=tuple(employee.unit_path),
    )


def plan_columns() -> Columns:
    """Return the same facts as columns of plan, its interview and its employee, joined."""
    return Columns(
        employee_id=PlanRow.employee_id,
        manager_id=PlanRow.manager_id,
        manager_above_ids=PersonRow.manager_line,
        past_manager_ids=InterviewRow.past_manager_ids,
        unit_path=PersonRow.unit_path,
    )


def horizon(
    identity: Identity, employee: PersonRow, interview: InterviewRow, manager_id: UUID | None
) -> datetime | None:
    """Return until when texts may be dated for a caller who only held the case before; None: no such limit."""
    now = case_of(employee, interview, manager_id, past=False)
    if "texts" in POLICY.visible_fields(identity, "plan.read", now):
        return None
    ends = [
        datetime.fromisoformat(each["until"])
        for each in interview.past_managers
        if UUID(each["person_id"]) == identity.person_id
    ]
    return max(ends, default=None)
