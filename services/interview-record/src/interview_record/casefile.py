"""One case with all that its rules need: the row, the playbook's rules, the employee, the work calendar."""

from dataclasses import dataclass
from uuid import UUID

from common.policy import Case
from common.transaction import Transaction
from google.protobuf.message import Message
from tandem.interview_record.v1.playbook_rules_pb2 import EVALUATION_BY_BOTH, WAIVER_BY_MANAGER, PlaybookRules

from interview_record.domain import interview
from interview_record.domain.dues import WorkTime
from interview_record.events import InterviewEvents
from interview_record.policy import case_of
from interview_record.storage.calendars import work_time
from interview_record.storage.facts_queries import person_of, rules_of
from interview_record.storage.facts_tables import PersonRow
from interview_record.storage.interview_tables import InterviewRow


@dataclass
class Casefile:
    """A locked case inside a transaction."""

    tx: Transaction
    row: InterviewRow
    rules: PlaybookRules
    person: PersonRow
    case: Case

    @property
    def events(self) -> InterviewEvents:
        """Return the maker of this case's events."""
        return InterviewEvents(self.row, self.rules)

    @property
    def manager_may_waive(self) -> bool:
        """Tell whether the playbook lets the manager waive steps; else only the HRBP may."""
        return self.rules.waiver_by == WAIVER_BY_MANAGER

    @property
    def asked_sides(self) -> tuple[str, ...]:
        """Return which sides the playbook asks for an evaluation."""
        return ("employee", "manager") if self.rules.evaluation.by == EVALUATION_BY_BOTH else ("employee",)

    def check(self, action: str) -> None:
        """Raise IllegalTransition unless the state allows the action."""
        interview.check(action, self.row.state, self.row.session_ended_at)

    def check_manager(self, action: str) -> None:
        """As `check`, for an act of the manager: raise NeedsManager while there is none."""
        self.check(action)
        if self.row.manager_id is None:
            raise interview.NeedsManager

    async def work_time(self) -> WorkTime:
        """Return the employee's calendar and zone; raise NotYetVisible while it has not arrived."""
        return await work_time(self.tx.session, self.tx.tenant_id, self.person.calendar_code, self.person.time_zone)

    def record(self, action: str, event: Message | None = None, **facts: object) -> None:
        """Audit the act on the interview, publish its event, and let live pages read it again."""
        self.tx.hint("interview", self.row.id)
        self.tx.audit(f"interview.{action}", "interview", self.row.id, **facts)
        if event is not None:
            self.tx.publish(self.row.id, event)


async def open_case(tx: Transaction, interview_id: UUID, *, expected_version: int | None = None) -> Casefile:
    """Load and lock the case; raise NotFound, or VersionMismatch when it has moved on."""
    row = await tx.get(InterviewRow, interview_id, expected_version=expected_version)
    return await case_of_row(tx, row)


async def case_of_row(tx: Transaction, row: InterviewRow) -> Casefile:
    """Return the case of a row that is at hand."""
    rules = await rules_of(tx.session, tx.tenant_id, row.playbook_id, row.playbook_version)
    person = await person_of(tx.session, tx.tenant_id, row.employee_id)
    return Casefile(tx, row, rules, person, await case_of(tx.session, row))
