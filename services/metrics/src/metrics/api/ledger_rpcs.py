"""RPCs about the ledger and its open rows."""

from uuid import UUID

from common.call import current_call
from common.grpc_server import Context
from common.timestamps import from_optional_timestamp
from common.words import word
from common.workdays import local_date
from tandem.common.v1 import steps_pb2
from tandem.metrics.v1 import ledger_pb2, open_step_pb2

from metrics.api import mapping
from metrics.api.asking import Reads, divided
from metrics.domain.moments import end_of_day
from metrics.storage.ledger_queries import (
    LedgerQuestion,
    OpenCount,
    OpenQuestion,
    count_open_steps,
    ledger_of,
    list_ledger,
    list_open_steps,
)
from metrics.storage.target_queries import zone_of_reader


class LedgerRpcs(Reads):
    """Serves the ledger."""

    async def ListLedger(
        self, request: ledger_pb2.ListLedgerRequest, context: Context
    ) -> ledger_pb2.ListLedgerResponse:
        """List rows of the ledger."""
        asked = LedgerQuestion(
            wanted=mapping.filter_of(request.filter),
            interview_id=mapping.id_or_none(request.interview_id),
            step=word(steps_pb2.Step, request.step),
            verdicts=mapping.verdicts_of(request.verdicts),
        )
        now = self.now()
        async with self.database.read(current_call().identity) as reader:
            rows, token = await list_ledger(reader, self.page(request), asked, now)
        return ledger_pb2.ListLedgerResponse(rows=[mapping.ledger_row(row, now) for row in rows], next_page_token=token)

    async def GetInterviewLedger(
        self, request: ledger_pb2.GetInterviewLedgerRequest, context: Context
    ) -> ledger_pb2.GetInterviewLedgerResponse:
        """Answer an interview's rows and its verdict."""
        now = self.now()
        async with self.database.read(current_call().identity) as reader:
            interview, rows = await ledger_of(reader, UUID(request.interview_id))
        return ledger_pb2.GetInterviewLedgerResponse(
            rows=[mapping.ledger_row(row, now) for row in rows],
            counts=interview.countable and interview.last_due_at is not None and interview.last_due_at < now,
            compliant=interview.compliant,
        )

    async def ListOpenSteps(
        self, request: open_step_pb2.ListOpenStepsRequest, context: Context
    ) -> open_step_pb2.ListOpenStepsResponse:
        """List open rows by due date."""
        asked = OpenQuestion(
            wanted=mapping.filter_of(request.filter),
            responsible_id=mapping.id_or_none(request.responsible_person_id),
            employee_id=mapping.id_or_none(request.employee_id),
            interview_id=mapping.id_or_none(request.interview_id),
            step=word(steps_pb2.Step, request.step),
            overdue_only=request.overdue_only,
            due_until=from_optional_timestamp(request.due_until),
        )
        now = self.now()
        async with self.database.read(current_call().identity) as reader:
            rows, token = await list_open_steps(reader, self.page(request), asked, now)
        return open_step_pb2.ListOpenStepsResponse(
            rows=[mapping.ledger_row(row, now) for row in rows], next_page_token=token
        )

    async def CountOpenSteps(
        self, request: open_step_pb2.CountOpenStepsRequest, context: Context
    ) -> open_step_pb2.CountOpenStepsResponse:
        """Count open rows by when they are due."""
        now, by = self.now(), mapping.group_by_of(request.group_by)
        responsible_id = mapping.id_or_none(request.responsible_person_id)
        async with self.database.read(current_call().identity) as reader:
            zone = await zone_of_reader(reader)
            wanted = await divided(reader, mapping.filter_of(request.filter), by)
            today = end_of_day(local_date(now, zone), zone)
            counts = await count_open_steps(reader, wanted, by, responsible_id, now, today)
        return open_step_pb2.CountOpenStepsResponse(
            total=mapping.open_count(OpenCount.total(counts)),
            groups=[mapping.open_count(each) for each in counts] if by else [],
        )
