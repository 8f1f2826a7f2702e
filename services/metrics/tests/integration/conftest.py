"""A tenant whose other services are played by their events."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import grpc.aio
import pytest
from common.clock import FixedClock
from common.database import Database
from common.identity import Identity
from common.ids import new_id
from common.steps import Step, step_id
from common.timestamps import to_optional_timestamp, to_timestamp
from devstack.harness import Harness
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from metrics.api.servicer import MetricsServicer
from metrics.reactions import REACTIONS
from ops.roles import ServiceDsns
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as directory_facts
from tandem.interview_record.v1 import events_pb2 as interview_record
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub
from tandem.plan_tracking.v1 import events_pb2 as plan_tracking
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(text: str) -> datetime:
    """Return the moment of a local time of the year 2026: "10-12 14:00"."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)


class World:
    """One tenant: a root unit with the units `north` and `south`, and everything that is said of its people."""

    def __init__(self, database: Database, harness: Harness, clock: FixedClock, channel: grpc.aio.Channel) -> None:
        self.database, self.harness, self.clock = database, harness, clock
        self.tenant_id, self.root, self.north, self.south = (new_id() for _ in range(4))
        self.stub = MetricsServiceStub(channel)
        self.delivered: list[tuple[UUID, Message, dict[str, Any]]] = []
        self.people: dict[UUID, directory_facts.PersonFacts] = {}
        self.interviews: dict[UUID, interview_facts.InterviewFacts] = {}
        self.at = shanghai

    def local(self, stamp: Timestamp) -> str:
        """Return a moment of an answer as `shanghai` reads it."""
        return stamp.ToDatetime(tzinfo=UTC).astimezone(SHANGHAI).strftime("%m-%d %H:%M")

    async def say(self, aggregate_id: UUID, message: Message, **more: Any) -> None:
        event = await self.harness.deliver(
            self.database, REACTIONS, self.tenant_id, aggregate_id, message, time=self.clock.system(), **more
        )
        self.delivered.append((aggregate_id, message, {"sequence": event.sequence}))

    async def units(self) -> None:
        for unit, path in ((self.root, [self.root]), (self.north, [self.root, self.north])):
            facts = directory_facts.UnitFacts(unit_id=str(unit), path=map(str, path), active=True)
            await self.say(unit, directory.UnitChanged(unit=facts))

    async def tenant(self, created_at: datetime) -> None:
        facts = directory_facts.TenantFacts(
            tenant_id=str(self.tenant_id), default_time_zone="Asia/Shanghai", created_at=to_timestamp(created_at)
        )
        await self.say(self.tenant_id, directory.TenantCreated(tenant=facts))

    async def person(self, manager: UUID | None = None, unit: UUID | None = None, **more: Any) -> UUID:
        person_id = more.pop("id", None) or new_id()
        facts = {
            "person_id": str(person_id),
            "unit_id": str(unit or self.north),
            "unit_path": [str(self.root), str(unit or self.north)] if unit != self.root else [str(self.root)],
            "manager_id": str(manager or ""),
            "job_family": "sales",
            "core_family": True,
            "level": "L2",
            "employee_type": directory_facts.EMPLOYEE_TYPE_NEEDS_IMPROVEMENT,
            "time_zone": "Asia/Shanghai",
            "active": True,
            **more,
        }
        self.people[person_id] = directory_facts.PersonFacts(**facts)
        await self.say(person_id, directory.PersonChanged(person=self.people[person_id]))
        return person_id

    def dimensions(self, person: UUID, cycle: UUID | None = None) -> interview_facts.Dimensions:
        known = self.people[person]
        names = ("unit_id", "unit_path", "job_family", "core_family", "level", "manager_id", "employee_type")
        return interview_facts.Dimensions(cycle_id=str(cycle or ""), **{name: getattr(known, name) for name in names})

    async def interview(self, employee: UUID, cycle: UUID | None = None, **more: Any) -> UUID:
        interview_id = more.pop("id", None) or new_id()
        self.interviews[interview_id] = interview_facts.InterviewFacts(
            interview_id=str(interview_id),
            state=interview_facts.INTERVIEW_STATE_OPEN,
            employee_id=str(employee),
            manager_id=self.people[employee].manager_id,
            dimensions=self.dimensions(employee, cycle),
            opened_at=to_timestamp(more.pop("opened_at", self.clock.system())),
        )
        await self.say(interview_id, interview_record.InterviewOpened(interview=self.interviews[interview_id]))
        if more:
            await self.interview_is(interview_id, **more)
        return interview_id

    async def interview_is(self, interview_id: UUID, state: str = "", **moments: Any) -> None:
        facts = self.interviews[interview_id]
        if state:
            facts.state = interview_facts.InterviewState.Value(f"INTERVIEW_STATE_{state.upper()}")
        for name, value in moments.items():
            if isinstance(value, datetime):
                getattr(facts, name).CopyFrom(to_timestamp(value))
            else:
                setattr(facts, name, value)
        await self.say(interview_id, interview_record.InterviewSnapshot(interview=facts))

    async def evaluate(self, interview_id: UUID, mean: float, evaluator: str = "employee") -> None:
        at = to_timestamp(self.clock.system())
        value = interview_facts.Evaluator.Value(f"EVALUATOR_{evaluator.upper()}")
        facts = self.interviews[interview_id]
        await self.say(
            interview_id,
            interview_record.InterviewEvaluated(
                interview=facts, evaluator=value, evaluated_at=at, content_mean=mean, preparation_score=4
            ),
        )
        await self.step(interview_id, Step.EVALUATED, evaluator, due=self.clock.system(), done=self.clock.system())

    async def step(self, interview_id: UUID, step: Step | str, occurrence: str = "", **how: Any) -> UUID:
        """Say how a step stands: open, or by `done`, `missed`, `waived` or `withdrawn` at a moment."""
        facts, due = self.interviews[interview_id], to_optional_timestamp(how.get("due"))
        step = Step(step)
        id = step_id(interview_id, step, occurrence)
        key = steps.StepKey(
            step_id=str(id),
            interview_id=str(interview_id),
            step=steps.Step.Value(f"STEP_{step.value.upper()}"),
            occurrence=occurrence,
            employee_id=facts.employee_id,
            manager_id=str(how.get("manager", facts.manager_id)),
            responsible_person_id=str(how.get("by", facts.manager_id)),
            required=how.get("required", True),
            after_first_review=how.get("later", False),
        )
        message: Message = steps.StepDue(key=key, due_at=due)
        if done := how.get("done"):
            late = "due" in how and done > how["due"]
            message = steps.StepDone(key=key, due_at=due, done_at=to_timestamp(done), late=late)
        elif missed := how.get("missed"):
            message = steps.StepMissed(key=key, due_at=due, missed_at=to_timestamp(missed))
        elif waived := how.get("waived"):
            reason = steps.WAIVER_REASON_ABSENCE
            message = steps.StepWaived(
                key=key, due_at=due, waived_at=to_timestamp(waived), waived_by=str(new_id()), reason=reason
            )
        elif withdrawn := how.get("withdrawn"):
            message = steps.StepWithdrawn(key=key, withdrawn_at=to_timestamp(withdrawn))
        await self.say(id, message)
        return id

    async def plan(self, interview_id: UUID, state: str, **more: Any) -> UUID:
        plan_id = more.pop("id", None) or new_id()
        facts = plan_facts.PlanFacts(
            plan_id=str(plan_id),
            interview_id=str(interview_id),
            employee_id=self.interviews[interview_id].employee_id,
            manager_id=self.interviews[interview_id].manager_id,
            state=plan_facts.PlanState.Value(f"PLAN_STATE_{state.upper()}"),
            in_force_at=to_optional_timestamp(more.get("in_force_at")),
            ends_on=more["ends_on"].isoformat() if isinstance(more.get("ends_on"), date) else "",
            withdraw_reason=more.get("withdraw_reason", 0),
            closed_at=to_optional_timestamp(more.get("closed_at")),
        )
        await self.say(plan_id, plan_tracking.PlanSnapshot(plan=facts))
        return plan_id

    async def blocker(self, interview_id: UUID, raised_at: datetime, resolved_at: datetime | None = None) -> UUID:
        blocker_id = new_id()
        facts = plan_facts.BlockerFacts(
            blocker_id=str(blocker_id),
            interview_id=str(interview_id),
            employee_id=self.interviews[interview_id].employee_id,
            raised_at=to_timestamp(raised_at),
            resolved_at=to_optional_timestamp(resolved_at),
        )
        await self.say(blocker_id, plan_tracking.BlockerSnapshot(blocker=facts))
        return blocker_id

    def who(self, person: UUID | None = None, *roles: str | tuple[str, UUID]) -> Identity:
        return self.harness.person(self.tenant_id, person or new_id(), *roles)

    @property
    def admin(self) -> Identity:
        return self.who(UUID(int=7), "hr_admin")

    async def ask(self, method: str, request: Message, who: Identity | None = None) -> Any:
        metadata = self.harness.metadata(who or self.admin)
        return await getattr(self.stub, method)(request, timeout=10, metadata=metadata)

    async def all_pages(self, method: str, request: Any, items: str, who: Identity | None = None) -> Sequence[Any]:
        found: list[Any] = []
        while True:
            reply = await self.ask(method, request, who)
            found += getattr(reply, items)
            if not reply.next_page_token:
                return found
            request.page_token = reply.next_page_token


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(shanghai("09-28 09:00"))


@pytest.fixture
async def database(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock
) -> AsyncIterator[Database]:
    opened = harness.database(service_database("metrics"), "metrics", clock)
    yield opened
    await opened.close()


@pytest.fixture
async def channel(database: Database, harness: Harness) -> AsyncIterator[grpc.aio.Channel]:
    async with harness.serving(MetricsServicer(database, harness.page_tokens).add_to, "metrics") as opened:
        yield opened


@pytest.fixture
async def world(database: Database, harness: Harness, clock: FixedClock, channel: grpc.aio.Channel) -> World:
    made = World(database, harness, clock, channel)
    await made.units()
    return made
