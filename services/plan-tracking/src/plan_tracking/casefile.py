"""One case with all that its rules need: plan, interview, employee, playbook rules, work calendar."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.errors import AppError, Forbidden, Kind, NotFound, VersionMismatch
from common.policy import Case
from common.transaction import Transaction
from google.protobuf.message import Message
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from plan_tracking.domain.content import Heading
from plan_tracking.domain.dues import Disputes, Workdays
from plan_tracking.domain.rules import PlanRules
from plan_tracking.domain.states import RUNNING, RevisionState, allow
from plan_tracking.policy import POLICY, case_of
from plan_tracking.storage.copies import interview_of, person_of, workdays_of
from plan_tracking.storage.copy_tables import InterviewRow, PersonRow
from plan_tracking.storage.plan_tables import PlanRow, RevisionRow


class NeedsManager(AppError):
    """A manager's act in a case that has none; the HRBP holds it."""

    kind = Kind.PRECONDITION
    reason = "NEEDS_MANAGER"
    en = "This case has no manager now; name one first."
    zh = "该面谈目前没有直属经理，请先指定。"


@dataclass
class Casefile:
    """A locked plan inside a transaction, with what surrounds it."""

    tx: Transaction
    plan: PlanRow
    interview: InterviewRow
    employee: PersonRow
    rules: PlanRules
    days: Workdays
    expected_version: int | None = None

    @property
    def today(self) -> date:
        """Return the employee's local date."""
        return self.days.day_of(self.tx.now)

    @property
    def disputes(self) -> Disputes:
        """Return what the disputes about the sheet demand of a signing."""
        return disputes_of(self.interview)

    def case(self, owners: tuple[UUID, ...] = ()) -> Case:
        """Return the facts that the policy decides by."""
        return case_of(self.employee, self.interview, self.plan.manager_id, owners=owners)

    def require(self, action: str, *, owners: tuple[UUID, ...] = ()) -> UUID:
        """Return the person who acts; raise Forbidden or NotFound unless the policy lets them.

        Raises VersionMismatch only then: a version tells that the plan exists.
        """
        POLICY.require(self.tx.identity, action, self.case(owners), id=self.plan.id)
        person_id = acting_person(self.tx, action)
        if self.expected_version not in {None, self.plan.version}:
            raise VersionMismatch(resource="plan")
        return person_id

    def require_manager(self, action: str) -> UUID:
        """As `require`, for an act of the manager: raise NeedsManager to those who know a case without one."""
        self.refuse_without_manager()
        return self.require(action)

    def require_follow_up(self, action: str) -> UUID:
        """As `require`, for following up: while the case has no manager, its HRBP stands in."""
        return self.require(action if self.plan.manager_id is not None else "plan.stand_in")

    def refuse_without_manager(self) -> None:
        """Raise NeedsManager if there is none and the caller may know of the case."""
        if self.plan.manager_id is None and POLICY.can(self.tx.identity, "plan.read", self.case()):
            raise NeedsManager

    async def revision(self, number: int | None = None) -> RevisionRow:
        """Return a revision by number, by default the newest; raise NotFound."""
        wanted = self.plan.revision if number is None else number
        row = await self.tx.session.scalar(
            select(RevisionRow).where(
                RevisionRow.tenant_id == self.tx.tenant_id,
                RevisionRow.plan_id == self.plan.id,
                RevisionRow.number == wanted,
            )
        )
        if row is None:
            raise NotFound(resource="revision", id=wanted)
        return row

    async def draft(self, action: str) -> RevisionRow:
        """Return the newest revision if it may be edited; raise NotADraft, or IllegalTransition for an ended plan."""
        allow("plan", self.plan.state, RUNNING, action)
        row = await self.revision()
        if row.state != RevisionState.DRAFT:
            raise NotADraft(state=row.state)
        return row

    async def offered(self, action: str) -> RevisionRow:
        """Return the newest revision if it waits for signatures; raise NotOffered, or IllegalTransition."""
        allow("plan", self.plan.state, RUNNING, action)
        row = await self.revision()
        if row.state != RevisionState.OFFERED:
            raise NotOffered(state=row.state)
        return row

    def in_force(self, action: str) -> None:
        """Raise NotInForce unless the plan governs now."""
        if self.plan.state != "active":
            raise NotInForce(state=self.plan.state, action=action)

    def heading(self, revision: int) -> Heading:
        """Return the part of the frozen content that nobody types; raise NeedsManager for a case without one."""
        if self.plan.manager_id is None:
            raise NeedsManager
        return Heading(
            tenant_id=self.tx.tenant_id,
            plan_id=self.plan.id,
            interview_id=self.interview.id,
            employee_id=self.plan.employee_id,
            manager_id=self.plan.manager_id,
            playbook_id=self.interview.playbook_id,
            playbook_version=self.interview.playbook_version,
            revision=revision,
            check_in_every_days=self.rules.check_in_every_days,
            review_after_months=self.rules.review_after_months,
        )

    def touch(self) -> None:
        """Raise the plan's version for a change that lies in a row below it."""
        flag_modified(self.plan, "revision")

    def record(self, action: str, *events: Message, **facts: object) -> None:
        """Audit the act on the plan, and publish its events."""
        self.tx.audit(f"plan.{action}", "plan", self.plan.id, **facts)
        for event in events:
            self.tx.publish(self.plan.id, event)


class NotADraft(AppError):
    """The newest revision was offered already."""

    kind = Kind.PRECONDITION
    reason = "NOT_A_DRAFT"
    en = "The newest revision is {state}; only a draft can be edited or offered."
    zh = "最新版本状态为 {state}，仅草稿可编辑或提交签署。"


class NotOffered(AppError):
    """The newest revision does not wait for signatures."""

    kind = Kind.PRECONDITION
    reason = "NOT_OFFERED"
    en = "The newest revision is {state}; it does not wait for signatures."
    zh = "最新版本状态为 {state}，并非待签署。"


class NotInForce(AppError):
    """No revision of the plan governs."""

    kind = Kind.PRECONDITION
    reason = "NOT_IN_FORCE"
    en = "The plan is {state}; that takes a plan in force ({action})."
    zh = "计划状态为 {state}，此操作需计划生效（{action}）。"


async def open_plan(tx: Transaction, plan_id: UUID, *, expected_version: int | None = None) -> Casefile:
    """Load and lock the plan with its case; raise NotFound or NotYetVisible."""
    file = await casefile_of(tx, await tx.get(PlanRow, plan_id, resource="plan"))
    file.expected_version = expected_version
    return file


async def casefile_of(tx: Transaction, plan: PlanRow) -> Casefile:
    """Return the case of a plan that is at hand."""
    interview = await interview_of(tx, plan.interview_id)
    employee = await person_of(tx, plan.employee_id)
    days = await workdays_of(tx, employee)
    return Casefile(tx, plan, interview, employee, PlanRules.of_json(interview.rules), days)


async def plan_of_interview(tx: Transaction, interview_id: UUID) -> PlanRow | None:
    """Return the interview's plan, locked, or None while there is none."""
    found: PlanRow | None = await tx.session.scalar(
        select(PlanRow).where(PlanRow.tenant_id == tx.tenant_id, PlanRow.interview_id == interview_id).with_for_update()
    )
    return found


def acting_person(tx: Transaction, action: str) -> UUID:
    """Return the person behind the call; raise Forbidden for machines and services."""
    if tx.identity.kind != "person" or tx.identity.person_id is None:
        raise Forbidden(action=action)
    return tx.identity.person_id


def disputes_of(interview: InterviewRow) -> Disputes:
    """Return what the disputes about the interview's sheet demand of a signing."""
    decide_by = [datetime.fromisoformat(each) for each in interview.open_disputes.values() if each]
    return Disputes(tuple(decide_by), interview.last_dispute_decided_at)
