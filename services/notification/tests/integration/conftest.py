from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from common.clock import FixedClock
from common.database import Database
from common.grpc_client import Callees
from common.ids import new_id
from common.workdays import WorkCalendar, WorkingHours
from devstack.harness import Harness
from devstack.roles import ServiceDsns
from notification.api.servicer import NotificationServicer
from notification.contacts import Contacts
from notification.deadlines import DEADLINES
from notification.deadlines.send import Send
from notification.mailer import Mailer, Server
from notification.reactions import REACTIONS
from notification.telling import SEND
from tandem.directory.v1 import directory_service_pb2_grpc as directory_rpc
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.directory.v1 import person_lookup_pb2 as lookup
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2 as cases
from tandem.interview_record.v1 import playbook_rules_pb2 as rules
from tandem.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from tandem.scheduling.v1 import booking_pb2
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as bookings
from tandem.scheduling.v1 import scheduling_service_pb2_grpc as scheduling_rpc

import asyncio

NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
START = datetime(2026, 10, 12, 6, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def database(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock
) -> AsyncIterator[Database]:
    opened = harness.database(service_database("notification"), "notification", clock)
    yield opened
    await opened.close()


@pytest.fixture
async def notification(database: Database, harness: Harness) -> AsyncIterator[NotificationServiceStub]:
    servicer = NotificationServicer(database, harness.page_tokens)
    async with harness.serving(servicer.add_to, "notification") as channel:
        yield NotificationServiceStub(channel)
