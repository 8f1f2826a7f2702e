"""One tenant with a case between an employee and their manager, and hands to move it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import grpc
import pytest
from common.clock import FixedClock
from common.database import Database
from common.identity import Identity
from common.ids import new_id
from common.signer import seal_signer_name
from devstack.harness import Harness
from google.rpc import error_details_pb2, status_pb2
from plan_tracking.deadlines import DEADLINES
from plan_tracking.jobs import JOBS
from plan_tracking.reactions import REACTIONS
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import playbook_rules_pb2 as playbook
from tandem.plan_tracking.v1 import check_in_pb2, draft_pb2, plan_pb2, refusal_pb2, review_pb2, signature_pb2
from tandem.plan_tracking.v1.plan_tracking_service_pb2_grpc import PlanTrackingServiceStub
from tandem.scheduling.v1 import events_pb2 as scheduling

from .setting import SHANGHAI, at, china, standard_rules

STEP_EVENTS = (steps.StepDue, steps.StepDone, steps.StepMissed, steps.StepWaived, steps.StepWithdrawn)


def reason_of(failed: grpc.aio.AioRpcError) -> str:
    """The reason in the error's details."""
    for key, value in failed.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            info = error_details_pb2.ErrorInfo()
            for detail in status_pb2.Status.FromString(value).details:
                if detail.Unpack(info):
                    return info.reason
    return failed.code().name


@dataclass
class World:
    """One tenant with a case between an employee and their manager, and hands to move it."""

    harness: Harness
    database: Database
    clock: FixedClock
    stub: PlanTrackingServiceStub
    tenant_id: UUID = field(default_factory=new_id)
    unit_id: UUID = field(default_factory=new_id)
    director_id: UUID = field(default_factory=new_id)
    manager_id: UUID = field(default_factory=new_id)
    employee_id: UUID = field(default_factory=new_id)
    trainer_id: UUID = field(default_factory=new_id)
    successor_id: UUID = field(default_factory=new_id)
    hrbp_id: UUID = field(default_factory=new_id)
    interview: facts.InterviewFacts = field(default_factory=facts.InterviewFacts)

    at = staticmethod(at)
    china = staticmethod(china)
    rules = staticmethod(standard_rules)

    def person(self, person_id: UUID, *roles: Any) -> Identity:
        """The person after a fresh login, as the gateway vouches for them when they sign."""
        name = seal_signer_name(self.harness.master_keys, self.tenant_id, person_id, "李雷")
        plain = self.harness.person(
            self.tenant_id, person_id, *roles, signer_name=name, issuer="https://idp", issuer_subject="s-1"
        )
        return self.harness.fresh(plain, now=self.clock.system())

    @property
    def manager(self) -> Identity:
        return self.person(self.manager_id)

    @property
    def employee(self) -> Identity:
        return self.person(self.employee_id)

    @property
    def trainer(self) -> Identity:
        return self.person(self.trainer_id)

    @property
    def hrbp(self) -> Identity:
        return self.person(self.hrbp_id, ("hrbp", self.unit_id))

    @property
    def interview_id(self) -> str:
        return self.interview.interview_id

    async def call(self, identity: Identity, method: str, request: Any, **more: Any) -> Any:
        metadata = self.harness.metadata(identity, **more)
        return await getattr(self.stub, method)(request, timeout=10, metadata=metadata)

    async def refused(self, identity: Identity, method: str, request: Any, **more: Any) -> str:
        """The reason of the refusal."""
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await self.call(identity, method, request, **more)
        return reason_of(failed.value)

    async def happens(self, aggregate_id: UUID, message: Any) -> None:
        time = self.clock.now(self.tenant_id)
        await self.harness.deliver(self.database, REACTIONS, self.tenant_id, aggregate_id, message, time=time)

    async def says(self, event: type[Any], **more: Any) -> None:
        """interview-record says how the interview stands."""
        await self.happens(UUID(self.interview_id), event(interview=self.interview, **more))

    async def until(self, moment: datetime) -> None:
        """Move the clock on, handling everything that falls due on the way at its moment."""
        while (due := await next_due(self.database)) is not None and due <= moment:
            self.clock.set(max(due, self.clock.system()))
            await self.harness.sweep(self.database, DEADLINES)
        self.clock.set(moment)

    async def work(self) -> int:
        return await self.harness.work(self.database, JOBS)

    async def published(self, *messages: Any) -> list[Any]:
        return await self.harness.published(self.database, *messages)

    async def ledger(self) -> dict[tuple[str, str], str]:
        """Every row as the step events leave it: `due → done late` with local times."""
        rows: dict[tuple[str, str], str] = {}
        for event in await self.published(*STEP_EVENTS):
            key = (steps.Step.Name(event.key.step).removeprefix("STEP_").lower(), event.key.occurrence)
            rows[key] = _verdict(event)
        return rows

    async def plan(self, plan_id: str, identity: Identity | None = None) -> plan_pb2.Plan:
        request = plan_pb2.GetPlanRequest(plan_id=plan_id)
        return (await self.call(identity or self.manager, "GetPlan", request)).plan

    async def version(self, plan_id: str) -> int:
        return (await self.plan(plan_id)).version

    # The course of a case

    async def opens(self, rules: playbook.PlaybookRules | None = None, *, requests: int = 0) -> None:
        await self._people()
        await self.happens(UUID(china().calendar_id), scheduling.CalendarPublished(calendar=china()))
        self.interview = facts.InterviewFacts(
            interview_id=str(new_id()),
            state=facts.INTERVIEW_STATE_OPEN,
            employee_id=str(self.employee_id),
            manager_id=str(self.manager_id),
            dimensions=facts.Dimensions(job_family="sales", employee_type=people.EMPLOYEE_TYPE_NEEDS_IMPROVEMENT),
            playbook_id=str(new_id()),
            playbook_version=1,
            rules=rules or standard_rules(),
            shortfalls=[
                facts.ShortfallFacts(shortfall_id=str(new_id()), shortfall_type="skill", metric_code="conversion")
            ],
            requests=[
                facts.RequestFacts(request_id=str(new_id()), keyed_hash=bytes([n + 1]) * 32) for n in range(requests)
            ],
        )
        await self.says(interviews.InterviewOpened)

    async def session_ends(self, moment: datetime) -> None:
        self.clock.set(moment)
        self.interview.state = facts.INTERVIEW_STATE_IN_PROGRESS
        self.interview.session_ended_at.FromDatetime(moment)
        await self.says(interviews.InterviewSessionEnded)

    async def draft(self, *, ends_on: str = "2026-11-13", training_on: str = "2026-10-27") -> str:
        """A plan of one goal and two measures, drafted by the manager."""
        request = plan_pb2.DraftPlanRequest(interview_id=self.interview_id)
        plan = (await self.call(self.manager, "DraftPlan", request)).plan
        goal = await self.call(self.manager, "PutGoal", goal_request(plan, ends_on))
        for action, owner, due_on in (
            ("每条线索每周至少跟进 3 次", self.employee_id, ends_on),
            ("需求挖掘培训，两次课", self.trainer_id, training_on),
        ):
            request = draft_pb2.PutMeasureRequest(
                plan_id=plan.id,
                goal_id=goal.goal_id,
                action=action,
                owner_id=str(owner),
                due_on=due_on,
                expected_version=await self.version(plan.id),
            )
            await self.call(self.manager, "PutMeasure", request)
        return str(plan.id)

    async def offer(self, plan_id: str) -> plan_pb2.Plan:
        request = draft_pb2.OfferPlanRequest(plan_id=plan_id, expected_version=await self.version(plan_id))
        return (await self.call(self.manager, "OfferPlan", request)).plan

    async def offers(self) -> str:
        """Hold the session and offer a plan after it."""
        await self.session_ends(at("10-12", "14:50"))
        plan_id = await self.draft()
        self.clock.set(at("10-12", "15:10"))
        await self.offer(plan_id)
        return plan_id

    async def sign_request(self, plan_id: str, identity: Identity, **more: Any) -> signature_pb2.SignPlanRequest:
        shown = await self.call(identity, "GetSigningContent", signature_pb2.GetSigningContentRequest(plan_id=plan_id))
        fields = {
            "plan_id": plan_id,
            "revision": shown.revision,
            "content_hash": shown.content_hash,
            "locale": "zh-CN",
            "expected_version": shown.plan_version,
        }
        return signature_pb2.SignPlanRequest(**{**fields, **more})

    async def sign(self, plan_id: str, identity: Identity, **more: Any) -> signature_pb2.SignPlanResponse:
        return await self.call(identity, "SignPlan", await self.sign_request(plan_id, identity, **more))

    async def refuse(self, plan_id: str, reason: str = "目标定得太高") -> plan_pb2.Plan:
        shown = await self.sign_request(plan_id, self.employee)
        request = refusal_pb2.RefusePlanRequest(
            plan_id=plan_id,
            revision=shown.revision,
            content_hash=shown.content_hash,
            reason=reason,
            expected_version=shown.expected_version,
        )
        return (await self.call(self.employee, "RefusePlan", request)).plan

    async def decide(self, plan_id: str, decision: Any) -> plan_pb2.Plan:
        request = refusal_pb2.DecideRefusalRequest(
            plan_id=plan_id, decision=decision, reason="已与双方面谈", expected_version=await self.version(plan_id)
        )
        return (await self.call(self.hrbp, "DecideRefusal", request)).plan

    async def in_force(self, signed_at: datetime | None = None, **draft: str) -> str:
        """A plan signed by both: the session ended on 12 October, the employee signs on the 13th at 09:30."""
        if not self.interview_id:
            await self.opens()
        await self.session_ends(at("10-12", "14:50"))
        plan_id = await self.draft(**draft)
        self.clock.set(at("10-12", "15:10"))
        await self.offer(plan_id)
        await self.sign(plan_id, self.manager)
        self.clock.set(signed_at or at("10-13", "09:30"))
        await self.sign(plan_id, self.employee)
        return plan_id

    async def check_in_request(self, plan_id: str) -> check_in_pb2.RecordCheckInRequest:
        plan = await self.plan(plan_id)
        governing = plan.in_force if plan.HasField("in_force") else plan.newest
        return check_in_pb2.RecordCheckInRequest(
            plan_id=plan_id,
            goals=[
                check_in_pb2.GoalProgress(goal_id=goal.id, state=check_in_pb2.PROGRESS_STATE_ON_TRACK)
                for goal in governing.goals
            ],
            note="按计划推进",
            expected_version=plan.version,
        )

    async def check_in(self, plan_id: str, identity: Identity | None = None) -> check_in_pb2.CheckIn:
        request = await self.check_in_request(plan_id)
        return (await self.call(identity or self.manager, "RecordCheckIn", request)).check_in

    async def review_request(self, plan_id: str, verdict: Any) -> review_pb2.RecordReviewRequest:
        return review_pb2.RecordReviewRequest(
            plan_id=plan_id, verdict=verdict, note="首月提升 5%", expected_version=await self.version(plan_id)
        )

    async def review(self, plan_id: str, verdict: Any) -> review_pb2.RecordReviewResponse:
        return await self.call(self.manager, "RecordReview", await self.review_request(plan_id, verdict))

    async def _people(self) -> None:
        lines = {
            self.director_id: None,
            self.manager_id: self.director_id,
            self.successor_id: self.director_id,
            self.employee_id: self.manager_id,
            self.trainer_id: None,
            self.hrbp_id: None,
        }
        for person_id, manager_id in lines.items():
            await self.happens(person_id, directory.PersonChanged(person=self.facts_of(person_id, manager_id)))

    def facts_of(self, person_id: UUID, manager_id: UUID | None, **more: Any) -> people.PersonFacts:
        return people.PersonFacts(
            **{
                "person_id": str(person_id),
                "unit_id": str(self.unit_id),
                "unit_path": [str(self.unit_id)],
                "manager_id": str(manager_id or ""),
                "time_zone": "Asia/Shanghai",
                "calendar_code": "CN",
                "locale": "zh-CN",
                "active": True,
                **more,
            }
        )


def goal_request(plan: plan_pb2.Plan, ends_on: str) -> draft_pb2.PutGoalRequest:
    return draft_pb2.PutGoalRequest(
        plan_id=plan.id,
        text="有效线索转化率一个月内提高 10%",
        metric_code="conversion",
        baseline="20",
        target="22",
        measure_unit="%",
        direction=facts.DIRECTION_HIGHER_IS_BETTER,
        due_on=ends_on,
        expected_version=plan.version,
    )


async def next_due(database: Database) -> datetime | None:
    from common import tables
    from sqlalchemy import func, select

    async with database.worker() as connection:
        found: datetime | None = await connection.scalar(select(func.min(tables.due.c.due_at)))
    return found


def _verdict(event: Any) -> str:
    def local(stamp: Any) -> str:
        return stamp.ToDatetime(tzinfo=UTC).astimezone(SHANGHAI).strftime("%m-%d %H:%M")

    due = local(event.due_at) if hasattr(event, "due_at") and event.HasField("due_at") else "-"
    match event:
        case steps.StepDue():
            return f"{due} open"
        case steps.StepDone():
            return f"{due} {'late' if event.late else 'met'} {local(event.done_at)}"
        case steps.StepMissed():
            return f"{due} missed"
        case steps.StepWaived():
            return f"{due} waived"
    return "withdrawn"
