"""Start the plan of an interview, empty or from templates."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, Kind
from common.ids import new_id, stable_id
from common.transaction import Transaction

from plan_tracking.casefile import Casefile, casefile_of, plan_of_interview
from plan_tracking.domain.content import Content
from plan_tracking.domain.states import PlanState, RevisionState
from plan_tracking.domain.templates import Template, start_from
from plan_tracking.storage.contents import copy_content
from plan_tracking.storage.copies import interview_of
from plan_tracking.storage.copy_tables import InterviewRow
from plan_tracking.storage.plan_tables import PlanRow, RevisionRow
from plan_tracking.storage.templates import template_by_id
from plan_tracking.views import events_of


class PlanExists(AppError):
    """An interview has one plan."""

    kind = Kind.CONFLICT
    reason = "PLAN_EXISTS"
    en = "This interview has a plan already: {plan_id}."
    zh = "该面谈已有改进计划：{plan_id}。"


class InterviewOver(AppError):
    """A plan belongs to an interview that is still under way."""

    kind = Kind.PRECONDITION
    reason = "INTERVIEW_OVER"
    en = "The interview is {state}; a plan is drafted before or during it."
    zh = "面谈状态为 {state}，改进计划应在面谈前或面谈中起草。"


async def draft_plan(database: Database, call: Call, interview_id: UUID, template_ids: Sequence[UUID]) -> UUID:
    """Draft revision 1; returns the plan's id. Raises PlanExists, InterviewOver, NotFound for a template."""
    async with database.transaction(call) as tx:
        interview = await interview_of(tx, interview_id)
        plan = _new_plan(tx, interview)
        file = await casefile_of(tx, plan)
        author = file.require("plan.draft")
        existing = await plan_of_interview(tx, interview.id)
        if existing is not None:
            raise PlanExists(plan_id=existing.id)
        if interview.state not in {"open", "in_progress"}:
            raise InterviewOver(state=interview.state)
        tx.add(plan)
        revision = RevisionRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            plan_id=plan.id,
            number=1,
            state=RevisionState.DRAFT.value,
            sign_occurrence="",
            started_by=author,
            started_at=tx.now,
        )
        tx.add(revision)
        await tx.session.flush()
        templates = [await template_by_id(tx, each) for each in template_ids]
        await copy_content(tx, _start(file, author, templates), revision, plan.employee_id)
        file.record("drafted", (await events_of(file)).drafted(author), templates=len(templates))
        return tx.done(plan.id)


def _new_plan(tx: Transaction, interview: InterviewRow) -> PlanRow:
    return PlanRow(
        tenant_id=tx.tenant_id,
        # An interview has one plan for good; drafted again after a loss, it is the plan that others remember.
        id=stable_id("plan", interview.id),
        interview_id=interview.id,
        employee_id=interview.employee_id,
        manager_id=interview.manager_id,
        state=PlanState.DRAFT.value,
        drafted_at=tx.now,
        revision=1,
        revision_in_force=0,
        amendment_in_force=0,
        missed_in_a_row=0,
        issued=False,
        awaits_takeover=False,
    )


def _start(file: Casefile, author: UUID, templates: Sequence[Template]) -> Content:
    interview, day, locale = file.interview, _starting_day(file), file.tx.identity.locale
    people = {"employee_id": interview.employee_id, "author_id": author}
    goals = [
        goal
        for template in templates
        for goal in start_from(template, day, locale, interview.shortfalls, manager_id=interview.manager_id, **people)
    ]
    return Content(tuple(goals))


def _starting_day(file: Casefile) -> date:
    ended_at = file.interview.session_ended_at
    return file.today if ended_at is None else file.days.day_of(ended_at)
