"""Who may see what of one plan, and the record of who read its texts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database, Reader
from common.errors import NotFound
from common.identity import Identity

from plan_tracking.domain.dues import Workdays
from plan_tracking.domain.rules import PlanRules
from plan_tracking.policy import POLICY, case_of, horizon
from plan_tracking.storage.copies import interview_of, person_of, workdays_of
from plan_tracking.storage.copy_tables import InterviewRow, PersonRow
from plan_tracking.storage.plan_tables import PlanRow

READ = "plan.text_read"


@dataclass
class ReadCase:
    """A plan as one caller may see it: `texts` at all, and up to `until` for who only held it before."""

    reader: Reader
    plan: PlanRow
    interview: InterviewRow
    employee: PersonRow
    texts: bool
    states: bool
    until: datetime | None

    @property
    def rules(self) -> PlanRules:
        """Return the playbook's rules."""
        return PlanRules.of_json(self.interview.rules)

    async def days(self) -> Workdays:
        """Return the employee's calendar; raise NotYetVisible while it has not arrived."""
        return await workdays_of(self.reader, self.employee)

    def shows(self, at: datetime) -> bool:
        """Tell whether what dates from the moment exists for the caller."""
        return self.states or self.until is None or at <= self.until

    def opens(self, at: datetime) -> bool:
        """Tell whether the caller reads texts that date from the moment."""
        return self.texts and (self.until is None or at <= self.until)


async def open_read(reader: Reader, plan_id: UUID) -> ReadCase:
    """Return the plan for the caller; raise NotFound unless they may know of it."""
    plan = await reader.session.get(PlanRow, (reader.tenant_id, plan_id))
    if plan is None:
        raise NotFound(resource="plan", id=plan_id)
    return await read_case_of(reader, plan)


async def read_case_of(reader: Reader, plan: PlanRow) -> ReadCase:
    """Return the plan at hand for the caller; raise NotFound unless they may know of it."""
    interview = await interview_of(reader, plan.interview_id)
    employee = await person_of(reader, plan.employee_id)
    identity = reader.identity
    case = case_of(employee, interview, plan.manager_id)
    if not POLICY.can(identity, "plan.read", case):
        raise NotFound(resource="plan", id=plan.id)
    now = case_of(employee, interview, plan.manager_id, past=False)
    return ReadCase(
        reader,
        plan,
        interview,
        employee,
        "texts" in POLICY.visible_fields(identity, "plan.read", case),
        POLICY.can(identity, "plan.read", now),
        horizon(identity, employee, interview, plan.manager_id),
    )


async def note_read(database: Database, call: Call, case: ReadCase, resource_type: str, resource_id: UUID) -> None:
    """Put on record that somebody other than the two parties read a text, for the employee to see."""
    if case.texts and not _is_party(call.identity, case.plan):
        await note_plan_read(database, call, case.plan.id, resource_type, resource_id)


async def note_plan_read(database: Database, call: Call, plan_id: UUID, resource_type: str, resource_id: UUID) -> None:
    """Write the entry, in a commit of its own: reading itself changes nothing."""
    async with database.transaction(Call(call.identity, call.method)) as tx:
        tx.audit(READ, "plan", plan_id, reader_id=call.identity.person_id, type=resource_type, id=resource_id)


def _is_party(identity: Identity, plan: PlanRow) -> bool:
    return identity.person_id is not None and identity.person_id in {plan.employee_id, plan.manager_id}
