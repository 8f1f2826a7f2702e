"""Scheduling on a real database behind a real channel, with people and interviews that came as events."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import grpc
import pytest
from common.clock import FixedClock
from common.database import Database
from common.identity import Identity
from common.ids import new_id
from common.timestamps import to_timestamp
from devstack.harness import Harness
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from ops.roles import ServiceDsns
from scheduling.api.servicer import SchedulingServicer
from scheduling.deadlines import DEADLINES
from scheduling.jobs import JOBS
from scheduling.reactions import REACTIONS
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as directory_facts
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2, playbook_rules_pb2
from tandem.scheduling.v1 import scheduling_service_pb2_grpc as rpc

SHANGHAI = "Asia/Shanghai"


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """Return the local wall time as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass
class World:
    """One tenant as scheduling sees it, and everything a test does to it."""

    harness: Harness
    database: Database
    clock: FixedClock
    stub: rpc.SchedulingServiceStub
    tenant: UUID = field(default_factory=new_id)
    unit: UUID = field(default_factory=new_id)
    other_unit: UUID = field(default_factory=new_id)
    employee: UUID = field(default_factory=new_id)
    manager: UUID = field(default_factory=new_id)
    hrbp: UUID = field(default_factory=new_id)
    interview: UUID = field(default_factory=new_id)

    async def tell(self, aggregate: UUID, message: Message) -> None:
        """Hand an event to the service's reactions."""
        await self.harness.deliver(self.database, REACTIONS, self.tenant, aggregate, message)

    async def tell_tenant(self, code: str = "CN", locale: str = "zh-CN") -> None:
        """Say that the tenant and its unit exist."""
        facts = directory_facts.TenantFacts(
            tenant_id=str(self.tenant),
            default_locale=locale,
            default_time_zone=SHANGHAI,
            default_calendar_code=code,
        )
        await self.tell(self.tenant, directory.TenantCreated(tenant=facts))
        for unit in (self.unit, self.other_unit):
            path = [str(unit)]
            await self.tell(
                unit,
                directory.UnitChanged(unit=directory_facts.UnitFacts(unit_id=str(unit), path=path, active=True)),
            )

    def person_facts(self, person: UUID, manager: UUID | None = None, **more: Any) -> directory_facts.PersonFacts:
        """Return the directory's facts of a person in the unit."""
        facts: dict[str, Any] = {
            "person_id": str(person),
            "unit_id": str(self.unit),
            "unit_path": [str(self.unit)],
            "manager_id": str(manager) if manager else "",
            "time_zone": SHANGHAI,
            "calendar_code": "CN",
            "active": True,
            **more,
        }
        return directory_facts.PersonFacts(**facts)

    async def tell_person(self, person: UUID, manager: UUID | None = None, **more: Any) -> None:
        """Say how a person is."""
        await self.tell(person, directory.PersonChanged(person=self.person_facts(person, manager, **more)))

    def rules(self, **more: Any) -> playbook_rules_pb2.PlaybookRules:
        """Return the rules of the standard playbook as far as booking needs them."""
        notice: dict[str, Any] = {
            "notice_days": 3,
            "answer_days": 1,
            "unanswered": playbook_rules_pb2.UNANSWERED_BOOKING_CONFIRM,
            "shortest_minutes": 30,
            "longest_minutes": 60,
            **more,
        }
        waiver = notice.pop("waiver_by", playbook_rules_pb2.WAIVER_BY_HRBP)
        segments = [playbook_rules_pb2.SegmentRule(minutes=minutes) for minutes in (5, 15, 20, 10)]
        return playbook_rules_pb2.PlaybookRules(
            notice=playbook_rules_pb2.NoticeRules(**notice),
            session=playbook_rules_pb2.SessionRules(segments=segments),
            waiver_by=waiver,
        )

    def interview_facts(self, **more: Any) -> facts_pb2.InterviewFacts:
        """Return the facts of the interview as it opened; fields may be replaced."""
        rules = more.pop("rules", None) or self.rules()
        facts: dict[str, Any] = {
            "interview_id": str(self.interview),
            "state": facts_pb2.INTERVIEW_STATE_OPEN,
            "employee_id": str(self.employee),
            "manager_id": str(self.manager),
            "dimensions": facts_pb2.Dimensions(unit_id=str(self.unit), unit_path=[str(self.unit)]),
            "rules": rules,
            "opened_at": to_timestamp(self.now),
            "hold_by": "2026-10-23",
            "window_from": "2026-09-21",
            **more,
        }
        return facts_pb2.InterviewFacts(**facts)

    async def open_interview(self, interview: UUID | None = None, **more: Any) -> UUID:
        """Say that an interview opened."""
        chosen = interview or self.interview
        facts = self.interview_facts(**{"interview_id": str(chosen), **more})
        await self.tell(chosen, interviews.InterviewOpened(interview=facts))
        return chosen

    @property
    def now(self) -> datetime:
        """Return the tenant's business time."""
        return self.clock.now(self.tenant)

    def set_time(self, moment: datetime) -> None:
        """Move the tenant's business time."""
        self.clock._ahead[self.tenant] = moment - self.clock.system()

    async def sweep(self) -> int:
        """Handle what is due."""
        return await self.harness.sweep(self.database, DEADLINES)

    async def work(self) -> int:
        """Run the operations that wait."""
        return await self.harness.work(self.database, JOBS)

    async def events(self, *kinds: type[Message]) -> list[Any]:
        """Return what was published, of the kinds."""
        return await self.harness.published(self.database, *kinds)

    def as_person(self, person: UUID, *roles: str | tuple[str, UUID], **more: Any) -> Identity:
        """Return a person's identity."""
        return self.harness.person(self.tenant, person, *roles, **more)

    def as_hrbp(self) -> Identity:
        """Return the HRBP of the unit."""
        return self.as_person(self.hrbp, ("hrbp", self.unit))

    def as_admin(self) -> Identity:
        """Return an HR administrator."""
        return self.as_person(new_id(), "hr_admin")

    async def call(self, who: Identity | UUID, method: str, request: Message, *, key: str | None = None) -> Any:
        """Call an RPC as somebody."""
        identity = who if isinstance(who, Identity) else self.as_person(who)
        send: Callable[..., Awaitable[Any]] = getattr(self.stub, method)
        return await send(request, timeout=10, metadata=self.harness.metadata(identity, key=key))

    async def refusal(self, who: Identity | UUID, method: str, request: Message) -> "Refusal":
        """Call an RPC that must be refused."""
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.call(who, method, request)
        return Refusal.of(caught.value)


@dataclass(frozen=True)
class Refusal:
    """How an RPC was refused."""

    code: grpc.StatusCode
    reason: str
    facts: dict[str, str]
    text: str

    @classmethod
    def of(cls, error: grpc.aio.AioRpcError) -> "Refusal":
        """Read the refusal from the trailers."""
        trailer = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
        status = status_pb2.Status.FromString(bytes(trailer))
        info = error_details_pb2.ErrorInfo()
        for detail in status.details:
            if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
                detail.Unpack(info)
        return cls(error.code(), info.reason, dict(info.metadata), status.message)


@pytest.fixture
async def world(service_database: Callable[..., ServiceDsns], harness: Harness) -> AsyncIterator[World]:
    """Return an empty tenant on Wednesday 2026-09-30 at 10:00 in Shanghai."""
    clock = FixedClock(datetime.now(UTC))
    database = harness.database(service_database("scheduling"), "scheduling", clock)
    servicer = SchedulingServicer(database, harness.page_tokens)
    async with harness.serving(servicer.add_to, "scheduling") as channel:
        found = World(harness, database, clock, rpc.SchedulingServiceStub(channel))
        found.set_time(at("2026-09-30 10:00"))
        yield found
    await database.close()


@pytest.fixture
async def case(world: World) -> World:
    """Return the tenant with the people and the interview of the case worked out by hand."""
    await world.tell_tenant()
    await world.tell_person(world.manager)
    await world.tell_person(world.employee, world.manager)
    await world.tell_person(world.hrbp)
    await world.open_interview()
    return world


def minutes_later(moment: datetime, minutes: int) -> datetime:
    """Return the moment so many minutes later."""
    return moment + timedelta(minutes=minutes)
