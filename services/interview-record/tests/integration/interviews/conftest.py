from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import grpc
import pytest
from common import tables
from common.blobs import Blobs
from common.clock import FixedClock
from common.database import Database
from common.grpc_client import Callees
from common.identity import Identity
from common.ids import new_id
from common.workdays import WorkCalendar
from devstack.harness import Harness
from interview_record.api.servicer import InterviewRecordServicer
from interview_record.deadlines import deadlines
from interview_record.detection import look, standard_playbook_id
from interview_record.domain.kpi import FactKind, FactLine, KpiLine
from interview_record.domain.periods import Period
from interview_record.jobs import jobs
from interview_record.reactions import REACTIONS
from interview_record.recording import record_facts, record_results
from interview_record.storage.facts_tables import MetricRow, ShortfallRow
from ops.roles import ServiceDsns
from sqlalchemy import select, update
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import directory_service_pb2_grpc as directory_rpc
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.directory.v1 import person_lookup_pb2, person_pb2
from tandem.interview_record.v1 import briefing_pb2 as briefing
from tandem.interview_record.v1 import interview_pb2 as pb
from tandem.interview_record.v1 import preparation_pb2, session_pb2
from tandem.interview_record.v1.interview_record_service_pb2_grpc import InterviewRecordServiceStub
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts
from tandem.plan_tracking.v1 import plan_tracking_service_pb2_grpc as plan_rpc
from tandem.plan_tracking.v1 import revision_pb2
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as bookings

SHANGHAI = ZoneInfo("Asia/Shanghai")
PERIOD = Period(date(2026, 9, 1), date(2026, 9, 30))
STEP_EVENTS = (steps.StepDue, steps.StepDone, steps.StepMissed, steps.StepWaived, steps.StepWithdrawn)


def at(day: str, time: str = "09:00") -> datetime:
    """The moment of a wall time in Shanghai, 2026: at("10-08", "17:20")."""
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=SHANGHAI).astimezone(UTC)


class Neighbours(plan_rpc.PlanTrackingServiceServicer, directory_rpc.DirectoryServiceServicer):
    """The two services that the archive asks, as they answer for this case."""

    def __init__(self) -> None:
        self.away = False

    async def GetSignedRevision(self, request: Any, context: Any) -> revision_pb2.GetSignedRevisionResponse:
        if self.away:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        return revision_pb2.GetSignedRevisionResponse(
            plan_id=request.plan_id, revision=request.revision or 1, content=b'{"goals":[]}', content_hash=b"\x01" * 32
        )

    async def GetPeople(self, request: Any, context: Any) -> person_lookup_pb2.GetPeopleResponse:
        return person_lookup_pb2.GetPeopleResponse(
            people=[person_pb2.Person(id=each, name=f"name of {each[-4:]}") for each in request.person_ids]
        )


@dataclass
class World:
    """One tenant with a team of six under a manager, and hands to move it."""

    harness: Harness
    database: Database
    clock: FixedClock
    stub: InterviewRecordServiceStub
    deadlines: dict[str, Any]
    neighbours: Neighbours
    works: dict[str, Any]
    tenant_id: UUID = field(default_factory=new_id)
    unit_id: UUID = field(default_factory=new_id)
    director_id: UUID = field(default_factory=new_id)
    manager_id: UUID = field(default_factory=new_id)
    employee_id: UUID = field(default_factory=new_id)
    hrbp_id: UUID = field(default_factory=new_id)

    at = staticmethod(at)

    @property
    def manager(self) -> Identity:
        return self.harness.person(self.tenant_id, self.manager_id)

    @property
    def employee(self) -> Identity:
        return self.harness.person(self.tenant_id, self.employee_id)

    @property
    def hrbp(self) -> Identity:
        return self.harness.person(self.tenant_id, self.hrbp_id, ("hrbp", self.unit_id))

    async def call(self, identity: Identity, method: str, request: Any, **more: Any) -> Any:
        metadata = self.harness.metadata(identity, **more)
        return await getattr(self.stub, method)(request, timeout=10, metadata=metadata)

    async def refused(self, identity: Identity, method: str, request: Any) -> str:
        """The reason of the refusal."""
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await self.call(identity, method, request)
        return reason_of(failed.value)

    async def happens(self, aggregate_id: UUID, message: Any) -> None:
        await self.harness.deliver(self.database, REACTIONS, self.tenant_id, aggregate_id, message)

    async def sweep(self) -> int:
        return await self.harness.sweep(self.database, self.deadlines)

    async def work(self) -> int:
        return await self.harness.work(self.database, self.works)

    def playbook_id(self, code: str = "standard") -> UUID:
        return standard_playbook_id(self.tenant_id, code)

    async def publish_calendar(self, **more: Any) -> None:
        await publish_calendar(self, **more)

    async def open_for(self, employee_id: UUID, by: Identity) -> str:
        request = pb.OpenInterviewRequest(
            employee_id=str(employee_id),
            playbook_id=str(self.playbook_id()),
            hold_by="2026-10-23",
            period_from="2026-09-01",
            period_until="2026-09-30",
        )
        return (await self.call(by, "OpenInterview", request)).interview.id

    async def person(
        self, person_id: UUID, manager_id: UUID | None, *, under: UUID | None = None, **more: Any
    ) -> people.PersonFacts:
        unit_id = str(under or self.unit_id)
        facts = people.PersonFacts(
            person_id=str(person_id),
            unit_id=unit_id,
            unit_path=[unit_id],
            manager_id=str(manager_id or ""),
            job_family="sales",
            core_family=True,
            level="P5",
            employee_type=people.EMPLOYEE_TYPE_NEEDS_IMPROVEMENT,
            locale="zh-CN",
            time_zone="Asia/Shanghai",
            calendar_code="CN",
            active=True,
        )
        facts.MergeFrom(people.PersonFacts(**more))
        await self.happens(person_id, directory.PersonChanged(person=facts))
        return facts

    async def steps(self) -> dict[tuple[str, str], Any]:
        """The last event of every ledger row, by step and occurrence."""
        found = {}
        for each in await self.harness.published(self.database, *STEP_EVENTS):
            word = steps.Step.Name(each.key.step).removeprefix("STEP_").lower()
            found[word, each.key.occurrence] = each
        return found

    async def interview(self, interview_id: str, identity: Identity | None = None) -> pb.Interview:
        answer = await self.call(
            identity or self.manager, "GetInterview", pb.GetInterviewRequest(interview_id=interview_id)
        )
        return answer.interview

    async def book(self, interview_id: str, starts_at: datetime, **more: Any) -> UUID:
        booking_id = new_id()
        await self.happens(
            booking_id, scheduling.BookingProposed(booking=self.booking(booking_id, interview_id, starts_at, **more))
        )
        return booking_id

    def booking(self, booking_id: UUID, interview_id: str, starts_at: datetime, **more: Any) -> bookings.BookingFacts:
        facts = bookings.BookingFacts(
            booking_id=str(booking_id),
            interview_id=interview_id,
            employee_id=str(self.employee_id),
            manager_id=str(self.manager_id),
            state=bookings.BOOKING_STATE_PROPOSED,
            duration_minutes=50,
        )
        facts.starts_at.FromDatetime(starts_at)
        facts.MergeFrom(bookings.BookingFacts(**more))
        return facts

    def plan(self, interview_id: str, **more: Any) -> plan_facts.PlanFacts:
        return plan_facts.PlanFacts(
            plan_id=str(more.pop("plan_id", self.plan_id)),
            interview_id=interview_id,
            employee_id=str(self.employee_id),
            manager_id=str(self.manager_id),
            **more,
        )

    plan_id: UUID = field(default_factory=new_id)
    others: list[UUID] = field(default_factory=list)
    shortfall_id: UUID | None = None

    async def release_leases(self) -> None:
        """Let a due row that failed be taken again at once."""
        async with self.database.worker() as connection:
            await connection.execute(update(tables.due).values(leased_until=None))

    async def signed(self, interview_id: str, signed_at: datetime, revision: int = 1) -> None:
        plan = self.plan(
            interview_id, state=plan_facts.PLAN_STATE_ACTIVE, revision=revision, revision_in_force=revision
        )
        event = plans.PlanSigned(plan=plan, revision=revision)
        event.signed_at.FromDatetime(signed_at)
        await self.happens(self.plan_id, event)

    async def open(self, hold_by: str = "2026-10-23", **more: Any) -> str:
        request = pb.OpenInterviewRequest(
            employee_id=str(self.employee_id),
            playbook_id=str(more.get("playbook_id", standard_playbook_id(self.tenant_id))),
            hold_by=hold_by,
            period_from="2026-09-01",
            period_until="2026-09-30",
            shortfall_ids=[str(each) for each in more.get("shortfall_ids", [])],
        )
        answer = await self.call(more.get("by", self.manager), "OpenInterview", request)
        return answer.interview.id

    async def confirm_data(self, interview_id: str) -> None:
        version = (await self.interview(interview_id)).version
        request = preparation_pb2.ConfirmDataRequest(interview_id=interview_id, expected_version=version)
        await self.call(self.manager, "ConfirmData", request)

    async def set_goal(self, interview_id: str, goal: str = "一个月内转化率提升 10%") -> None:
        version = (await self.interview(interview_id)).version
        request = preparation_pb2.SetCoreGoalRequest(
            interview_id=interview_id, core_goal=goal, directions=["多跟进", "挖掘需求"], expected_version=version
        )
        await self.call(self.manager, "SetCoreGoal", request)

    async def share(self, interview_id: str) -> briefing.Briefing:
        version = (await self.interview(interview_id)).version
        request = briefing.ShareBriefingRequest(interview_id=interview_id, expected_version=version)
        return (await self.call(self.manager, "ShareBriefing", request)).briefing

    async def start(self, interview_id: str) -> session_pb2.Session:
        version = (await self.interview(interview_id)).version
        request = session_pb2.StartSessionRequest(interview_id=interview_id, expected_version=version)
        return (await self.call(self.manager, "StartSession", request)).session

    async def session(self, interview_id: str, identity: Identity | None = None) -> session_pb2.Session:
        request = session_pb2.GetSessionRequest(interview_id=interview_id)
        return (await self.call(identity or self.manager, "GetSession", request)).session

    async def end(self, interview_id: str) -> session_pb2.Session:
        version = (await self.session(interview_id)).version
        request = session_pb2.EndSessionRequest(interview_id=interview_id, expected_version=version)
        return (await self.call(self.manager, "EndSession", request)).session

    async def held(self, interview_id: str) -> None:
        """Start and end in one go."""
        await self.start(interview_id)
        await self.end(interview_id)


def reason_of(error: grpc.aio.AioRpcError) -> str:
    from google.rpc import error_details_pb2
    from grpc_status import rpc_status

    status = rpc_status.from_call(error)
    assert status is not None, f"{error.code()}: {error.details()}"
    info = error_details_pb2.ErrorInfo()
    status.details[0].Unpack(info)
    return info.reason


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(at("09-29", "10:00"))


@pytest.fixture
async def world(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[World]:
    database = harness.database(service_database("interview_record"), "interview-record", clock)
    blobs = Blobs.open(str(tmp_path / "blobs"))
    neighbours = Neighbours()

    def add_neighbours(server: grpc.aio.Server) -> None:
        plan_rpc.add_PlanTrackingServiceServicer_to_server(neighbours, server)
        directory_rpc.add_DirectoryServiceServicer_to_server(neighbours, server)

    servicer = InterviewRecordServicer(database, harness.page_tokens, blobs)
    async with harness.serving(servicer.add_to, "interview-record") as own, harness.serving(add_neighbours) as other:
        callees = Callees("interview-record", {}, harness.mint)
        callees.own_metadata = lambda tenant_id, **more: harness.metadata(Identity.of_service("gateway", tenant_id))  # type: ignore[method-assign]
        callees._channels = {"plan-tracking": other, "directory": other}
        made = World(
            harness,
            database,
            clock,
            InterviewRecordServiceStub(own),
            dict(deadlines(callees, blobs)),
            neighbours,
            dict(jobs(blobs, harness.master_keys)),
        )
        await populate(made)
        yield made
    await database.close()


async def populate(world: World) -> None:
    await world.happens(
        world.tenant_id, directory.TenantCreated(tenant=people.TenantFacts(tenant_id=str(world.tenant_id)))
    )
    unit = people.UnitFacts(unit_id=str(world.unit_id), path=[str(world.unit_id)], active=True)
    await world.happens(world.unit_id, directory.UnitChanged(unit=unit))
    await publish_calendar(world)
    await world.person(world.director_id, None)
    await world.person(world.manager_id, world.director_id)
    await world.person(world.employee_id, world.manager_id)
    await world.person(world.hrbp_id, None)
    await record_conversion(world)


CALENDAR_ID = new_id()


async def publish_calendar(world: World, version: int = 1, extra_free: tuple[str, ...] = ()) -> None:
    first, last = date(2024, 1, 1), date(2029, 12, 31)
    free = {*(f"2026-10-0{day}" for day in range(1, 8)), *extra_free}
    every = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    days = [
        day for day in every if day == date(2026, 10, 10) or (day.isoweekday() <= 5 and day.isoformat() not in free)
    ]
    expanded = WorkCalendar.of_days(days, first, last)
    calendar = bookings.CalendarFacts(
        calendar_id=str(CALENDAR_ID),
        code="CN",
        calendar_version=version,
        first_on="2024-01-01",
        last_on="2029-12-31",
        years=[bookings.CalendarYear(year=year, working_days=expanded.year_bitmap(year)) for year in range(2024, 2030)],
        hours=bookings.WorkingHours(opens_at_minute=540, closes_at_minute=1080),
    )
    await world.happens(CALENDAR_ID, scheduling.CalendarPublished(calendar=calendar))


async def record_conversion(world: World) -> None:
    """A team of six whose mean is 20; the employee converts 15 % fewer, and two key customers signed."""
    world.others = others = [new_id() for _ in range(5)]
    for each in others:
        await world.person(each, world.manager_id)
    identity = Identity.of_service("interview-record", world.tenant_id)
    async with world.database.transaction(world.harness.call(identity)) as tx:
        tx.add(
            MetricRow(
                tenant_id=tx.tenant_id,
                id=new_id(),
                code="conversion",
                name_zh="线索转化率",
                name_en="Lead conversion",
                measure_unit="%",
                direction="higher_is_better",
            )
        )
        await tx.session.flush()
        actuals = {world.employee_id: "17", **dict(zip(others, ["20", "21", "20", "21", "21"], strict=True))}
        lines = [
            KpiLine(each, "conversion", PERIOD, Decimal(20), Decimal(actual), Decimal(1))
            for each, actual in actuals.items()
        ]
        await record_results(tx, lines, look=False)
        line = FactLine(world.employee_id, FactKind.HIGHLIGHT, date(2026, 9, 15), "签下两家重点客户")
        await record_facts(tx, [line])
        await tx.session.flush()
        await look(tx, ("conversion", PERIOD))
        await tx.session.flush()
        shortfall = await tx.session.scalar(select(ShortfallRow).where(ShortfallRow.person_id == world.employee_id))
        assert shortfall is not None
        shortfall.state, shortfall.shortfall_type = "accepted", "skill"
        world.shortfall_id = shortfall.id
        tx.done(world.tenant_id)
