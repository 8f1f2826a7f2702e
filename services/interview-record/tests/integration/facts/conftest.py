from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

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
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from interview_record.api.servicer import InterviewRecordServicer
from interview_record.deadlines import deadlines
from interview_record.detection import standard_playbook_id
from interview_record.jobs import jobs
from interview_record.reactions import REACTIONS
from ops.roles import ServiceDsns
from sqlalchemy import select
from tandem.common.v1 import imports_pb2
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.interview_record.v1 import fact_import_pb2, kpi_pb2, shortfall_pb2
from tandem.interview_record.v1.interview_record_service_pb2_grpc import InterviewRecordServiceStub
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as calendars

START = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)


@dataclass
class World:
    """One tenant with units, HR and a way to let people, files and time come in."""

    harness: Harness
    database: Database
    clock: FixedClock
    stub: InterviewRecordServiceStub
    blobs: Blobs
    deadlines: dict[str, Any]
    jobs: dict[str, Any]
    tenant_id: UUID = field(default_factory=new_id)
    root_id: UUID = field(default_factory=new_id)
    sales_id: UUID = field(default_factory=new_id)
    manager_id: UUID = field(default_factory=new_id)
    admin_id: UUID = field(default_factory=new_id)
    hrbp_id: UUID = field(default_factory=new_id)
    numbers: dict[str, UUID] = field(default_factory=dict)

    @property
    def admin(self) -> Identity:
        return self.harness.person(self.tenant_id, self.admin_id, "hr_admin")

    @property
    def hrbp(self) -> Identity:
        return self.harness.person(self.tenant_id, self.hrbp_id, ("hrbp", self.sales_id))

    @property
    def manager(self) -> Identity:
        return self.harness.person(self.tenant_id, self.manager_id)

    @property
    def standard_id(self) -> str:
        return str(standard_playbook_id(self.tenant_id))

    def as_person(self, number: str) -> Identity:
        return self.harness.person(self.tenant_id, self.numbers[number])

    async def call(self, identity: Identity, method: str, request: Any, **more: Any) -> Any:
        return await getattr(self.stub, method)(request, timeout=20, metadata=self.harness.metadata(identity, **more))

    async def refused(self, identity: Identity, method: str, request: Any) -> str:
        """The reason of the refusal, or the first field's."""
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await self.call(identity, method, request)
        status = rpc_status.from_call(failed.value)
        assert status is not None, failed.value.details()
        info, fields = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        status.details[0].Unpack(info)
        if len(status.details) > 1 and status.details[1].Unpack(fields):
            return fields.field_violations[0].reason
        return info.reason

    async def happens(self, aggregate_id: UUID, message: Any, **more: Any) -> Any:
        return await self.harness.deliver(self.database, REACTIONS, self.tenant_id, aggregate_id, message, **more)

    async def settle(self) -> None:
        """Run operations and deadlines until nothing is left to do now."""
        while await self.harness.work(self.database, self.jobs) or await self.harness.sweep(
            self.database, self.deadlines
        ):
            pass

    async def person(self, number: str, *, manager: UUID | None = None, **more: Any) -> UUID:
        person_id = self.numbers.setdefault(number, new_id())
        unit_id = more.pop("unit_id", self.sales_id)
        facts = people.PersonFacts(
            person_id=str(person_id),
            unit_id=str(unit_id),
            unit_path=[str(self.root_id), str(unit_id)],
            manager_id=str(manager or ""),
            job_family="sales",
            core_family=True,
            level="P2",
            employee_type=people.EMPLOYEE_TYPE_REGULAR,
            hired_on="2022-01-01",
            locale="zh-CN",
            time_zone="Asia/Shanghai",
            calendar_code="CN",
            active=True,
            external_id=number,
        )
        for name, value in more.items():
            setattr(facts, name, value)
        await self.happens(person_id, directory.PersonChanged(person=facts))
        return person_id

    async def team(self, count: int, **more: Any) -> list[str]:
        """People S01, S02 and so on under the manager."""
        numbers = [f"S{index:02}" for index in range(1, count + 1)]
        for number in numbers:
            await self.person(number, manager=self.manager_id, **more)
        return numbers

    async def file(self, content: bytes | str, kind: str = "kpis", by: Identity | None = None, **more: Any) -> Any:
        """Import a file to its end; returns the operation's row."""
        raw = content.encode() if isinstance(content, str) else content
        key = self.harness.master_keys.tenant_key(self.tenant_id)
        stored = await self.blobs.put_stream(key, _once(raw), limit=1 << 24)
        file = imports_pb2.ImportFile(
            blob_id=str(stored.id), file_name="facts.csv", format=imports_pb2.IMPORT_FORMAT_CSV
        )
        if kind == "kpis":
            layout = more.pop("layout", fact_import_pb2.KPI_LAYOUT_LONG)
            request: Any = fact_import_pb2.ImportKpisRequest(file=file, layout=layout, **more)
        else:
            request = fact_import_pb2.ImportFactsRequest(file=file, **more)
        method = "ImportKpis" if kind == "kpis" else "ImportFacts"
        answer = await self.call(by or self.admin, method, request)
        await self.settle()
        return await self.operation(answer.operation_id)

    async def months(self, values: dict[str, list[float]], *, target: str = "", last: int = 9) -> None:
        """Import conversion in consecutive months of 2026 that end with `last`."""
        lines = ["工号,指标,周期,目标,实际"]
        for number, series in values.items():
            start = last - len(series) + 1
            lines += [f"{number},conversion,2026-{start + at:02},{target},{value}" for at, value in enumerate(series)]
        ended = await self.file("\n".join(lines))
        assert ended.failed == 0

    async def operation(self, operation_id: str) -> Any:
        async with self.database.worker() as connection:
            statement = select(tables.operation).where(tables.operation.c.id == UUID(operation_id))
            return (await connection.execute(statement)).one()

    async def errors(self, operation: Any) -> list[tuple[int, str, str]]:
        async with self.database.read(self.admin) as reader:
            rows = await reader.session.execute(
                select(tables.operation_error).where(tables.operation_error.c.operation_id == operation.id)
            )
            return [(row.row, row.field, row.code) for row in rows]

    async def shortfalls(self, by: Identity | None = None, **more: Any) -> Sequence[shortfall_pb2.Shortfall]:
        request = shortfall_pb2.ListShortfallsRequest(page_size=200, **more)
        return (await self.call(by or self.admin, "ListShortfalls", request)).shortfalls

    async def results(self, by: Identity | None = None, **more: Any) -> Sequence[kpi_pb2.KpiResult]:
        request = kpi_pb2.ListKpiResultsRequest(page_size=200, **more)
        return (await self.call(by or self.admin, "ListKpiResults", request)).kpi_results

    async def accept(self, shortfall: shortfall_pb2.Shortfall, kind: str = "skill") -> None:
        request = shortfall_pb2.AcceptShortfallRequest(
            shortfall_id=shortfall.id, shortfall_type=kind, expected_version=shortfall.version
        )
        await self.call(self.manager, "AcceptShortfall", request)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
async def world(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[World]:
    database = harness.database(service_database("interview_record"), "interview-record", clock)
    blobs = Blobs.open(str(tmp_path / "blobs"))
    servicer = InterviewRecordServicer(database, harness.page_tokens, blobs)
    async with harness.serving(servicer.add_to, "interview-record") as channel:
        callees = Callees("interview-record", {}, harness.mint)
        made = World(
            harness,
            database,
            clock,
            InterviewRecordServiceStub(channel),
            blobs,
            dict(deadlines(callees, blobs)),
            dict(jobs(blobs, harness.master_keys)),
        )
        await _populate(made)
        yield made
    await database.close()


async def _populate(world: World) -> None:
    tenant = people.TenantFacts(tenant_id=str(world.tenant_id))
    await world.happens(world.tenant_id, directory.TenantCreated(tenant=tenant))
    for unit_id, path in (
        (world.root_id, [world.root_id]),
        (world.sales_id, [world.root_id, world.sales_id]),
    ):
        unit = people.UnitFacts(
            unit_id=str(unit_id),
            parent_id="" if len(path) == 1 else str(world.root_id),
            path=[str(each) for each in path],
            active=True,
        )
        await world.happens(unit_id, directory.UnitChanged(unit=unit))
    await _publish_calendar(world)
    world.numbers["M01"] = world.manager_id
    await world.person("M01", job_family="management", level="M3", core_family=False)


async def _publish_calendar(world: World) -> None:
    first, last = date(2026, 1, 1), date(2027, 12, 31)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    expanded = WorkCalendar.of_days([day for day in days if day.isoweekday() <= 5], first, last)
    calendar_id = new_id()
    calendar = calendars.CalendarFacts(
        calendar_id=str(calendar_id),
        code="CN",
        calendar_version=1,
        first_on=first.isoformat(),
        last_on=last.isoformat(),
        years=[calendars.CalendarYear(year=year, working_days=expanded.year_bitmap(year)) for year in (2026, 2027)],
        hours=calendars.WorkingHours(opens_at_minute=540, closes_at_minute=1080),
    )
    await world.happens(calendar_id, scheduling.CalendarPublished(calendar=calendar))
