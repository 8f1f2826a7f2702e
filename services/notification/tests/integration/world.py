"""One tenant with an employee in Shanghai, a manager in Berlin, an HRBP, and one case between them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from common import tables
from common.clock import FixedClock
from common.database import Database
from common.due import Due
from common.ids import new_id
from common.steps import Step, step_id
from common.timestamps import to_optional_timestamp, to_timestamp
from common.workdays import WorkCalendar
from devstack.harness import Harness
from google.protobuf.message import Message
from notification.deadlines import DEADLINES
from notification.deadlines.send import Send
from notification.mailer import Mailer, Server
from notification.reactions import REACTIONS
from notification.storage.tables import DeliveryRow, MessageRow
from notification.telling import SEND
from sqlalchemy import select
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.directory.v1.person_lookup_pb2 import Contact
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2 as cases
from tandem.interview_record.v1 import playbook_rules_pb2 as rules
from tandem.plan_tracking.v1 import facts_pb2 as plans
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as bookings

from .outside import Catcher, Neighbours

NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
START = datetime(2026, 10, 12, 6, 0, tzinfo=UTC)
SENDER = "tandem@mail.example"


class World:
    def __init__(
        self, database: Database, harness: Harness, catcher: Catcher, clock: FixedClock, neighbours: Neighbours
    ) -> None:
        self.database, self.harness, self.catcher, self.clock = database, harness, catcher, clock
        self.neighbours = neighbours
        self.tenant_id, self.unit_id, self.interview_id, self.plan_id = (new_id() for _ in range(4))
        self.employee, self.manager, self.hrbp, self.mentor = (new_id() for _ in range(4))
        mailer = Mailer(Server("127.0.0.1", catcher.port, secure=False), timeout=5)
        self.send = Send(neighbours.contacts, mailer, sender=SENDER, portal_url="https://tandem.example")

    async def populated(self) -> "World":
        await self.person(self.employee, "王芳", "wang@heron.example", "zh-CN", "Asia/Shanghai", self.manager)
        await self.person(self.manager, "Anna Kühn", "kuehn@heron.example", "en", "Europe/Berlin")
        await self.person(self.hrbp, "Hai Ru", "hr@heron.example", "en", "Asia/Shanghai")
        await self.person(self.mentor, "Min Tan", "mentor@heron.example", "en", "Asia/Shanghai")
        grant = people.GrantFacts(
            grant_id=str(new_id()), person_id=str(self.hrbp), role=people.ROLE_HRBP, unit_id=str(self.unit_id)
        )
        await self.hear(UUID(grant.grant_id), directory.GrantChanged(grant=grant))
        await self.hear(self.calendar_id, scheduling.CalendarPublished(calendar=self.calendar()))
        await self.hear(self.interview_id, interviews.InterviewSnapshot(interview=self.interview()))
        return self

    calendar_id = UUID("0198f000-0000-7000-8000-000000000001")

    def calendar(self) -> bookings.CalendarFacts:
        first, last = date(2026, 1, 1), date(2026, 12, 31)
        every = (first + timedelta(days=each) for each in range(365))
        free = {date(2026, 10, day) for day in range(1, 8)}
        working = (each for each in every if each not in free and (each.weekday() < 5 or each == date(2026, 10, 10)))
        year = bookings.CalendarYear(
            year=2026, working_days=WorkCalendar.of_days(working, first, last).year_bitmap(2026)
        )
        hours = bookings.WorkingHours(opens_at_minute=540, closes_at_minute=1080)
        return bookings.CalendarFacts(
            calendar_id=str(self.calendar_id), code="CN", calendar_version=1, years=[year], hours=hours
        )

    async def person(
        self,
        id: UUID,
        name: str,
        mail: str,
        locale: str,
        zone: str,
        manager_id: UUID | None = None,
        *,
        active: bool = True,
    ) -> None:
        facts = people.PersonFacts(
            person_id=str(id),
            unit_id=str(self.unit_id),
            unit_path=[str(self.unit_id)],
            manager_id=str(manager_id or ""),
            locale=locale,
            time_zone=zone,
            calendar_code="CN",
            active=active,
        )
        self.neighbours.known[str(id)] = Contact(
            person_id=str(id), name=name, mail=mail, locale=locale, time_zone=zone, active=True
        )
        await self.hear(id, directory.PersonChanged(person=facts))

    def interview(self, **more: Any) -> cases.InterviewFacts:
        facts: dict[str, Any] = {
            "interview_id": str(self.interview_id),
            "state": cases.INTERVIEW_STATE_OPEN,
            "employee_id": str(self.employee),
            "manager_id": str(self.manager),
            "rules": rules.PlaybookRules(remind_before_days=1),
            "hold_by": "2026-10-23",
        }
        return cases.InterviewFacts(**{**facts, **more})

    def booking(self, **more: Any) -> bookings.BookingFacts:
        facts: dict[str, Any] = {
            "booking_id": str(new_id()),
            "interview_id": str(self.interview_id),
            "employee_id": str(self.employee),
            "manager_id": str(self.manager),
            "state": bookings.BOOKING_STATE_PROPOSED,
            "starts_at": to_timestamp(START),
            "duration_minutes": 50,
            "answer_due_at": to_timestamp(datetime(2026, 10, 8, 10, tzinfo=UTC)),
            "invitation_id": str(new_id()),
        }
        booking = bookings.BookingFacts(**{**facts, **more})
        self.neighbours.places.setdefault(booking.booking_id, "会议室 3-12")
        return booking

    def plan(self, **more: Any) -> plans.PlanFacts:
        facts: dict[str, Any] = {
            "plan_id": str(self.plan_id),
            "interview_id": str(self.interview_id),
            "employee_id": str(self.employee),
            "manager_id": str(self.manager),
            "state": plans.PLAN_STATE_AWAITING_SIGNATURES,
            "revision": 1,
            "revision_state": plans.REVISION_STATE_OFFERED,
            "sign_due_at": to_timestamp(datetime(2026, 10, 14, 10, tzinfo=UTC)),
            "next_check_in_on": "2026-10-20",
            "ends_on": "2026-11-13",
        }
        return plans.PlanFacts(**{**facts, **more})

    def step(self, step: Step, occurrence: str = "", responsible: UUID | None = None) -> steps.StepKey:
        return steps.StepKey(
            step_id=str(step_id(self.interview_id, step, occurrence)),
            interview_id=str(self.interview_id),
            step=steps.Step.Value(f"STEP_{step.upper()}"),
            occurrence=occurrence,
            employee_id=str(self.employee),
            manager_id=str(self.manager),
            responsible_person_id=str(responsible or self.manager),
            required=True,
        )

    async def step_due(self, key: steps.StepKey, due_at: datetime | None) -> None:
        message = steps.StepDue(key=key, due_at=to_optional_timestamp(due_at))
        await self.hear(UUID(key.step_id), message)

    async def hear(self, aggregate_id: UUID, message: Message) -> None:
        await self.harness.deliver(self.database, REACTIONS, self.tenant_id, aggregate_id, message)

    async def pass_time(self, until: datetime) -> None:
        """Let everything that falls due until then be handled at its own moment."""
        while (following := await self._next_due()) is not None and following <= until:
            self.clock.set(max(following, self.clock.system()))
            if not await self.harness.sweep(self.database, {SEND: self.send, **DEADLINES}):
                break
        self.clock.set(until)

    async def _next_due(self) -> datetime | None:
        async with self.database.worker() as connection:
            return await connection.scalar(select(tables.due.c.due_at).order_by(tables.due.c.due_at).limit(1))

    async def send_due(self, delivery: DeliveryRow) -> None:
        """Handle the delivery's own due row now."""
        await self.send(self.database, Due(self.tenant_id, SEND, delivery.id, "", delivery.due_at))

    async def deliveries(self, recipient: UUID, template: str) -> list[DeliveryRow]:
        """Return the person's mails with the template, oldest first."""
        async with self.database.read(self.harness.person(self.tenant_id, recipient)) as reader:
            statement = select(DeliveryRow).where(
                DeliveryRow.recipient_id == recipient, DeliveryRow.template == template, DeliveryRow.channel == "mail"
            )
            return list(await reader.session.scalars(statement.order_by(DeliveryRow.id)))

    async def templates(self, recipient: UUID) -> list[str]:
        """Return what the person was told, oldest first."""
        async with self.database.read(self.harness.person(self.tenant_id, recipient)) as reader:
            statement = select(MessageRow.template).where(MessageRow.recipient_id == recipient)
            return list(await reader.session.scalars(statement.order_by(MessageRow.sent_at, MessageRow.id)))
