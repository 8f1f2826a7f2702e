"""The compliance ledger: every step of the standard, due and done; and what is open of it."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from common.timestamps import to_optional_timestamp
from fastapi import Query
from tandem.common.v1 import steps_pb2
from tandem.metrics.v1 import ledger_pb2, open_step_pb2

from gateway.calls import Read, ReadCall
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.fields import id_text, number
from gateway.schemas.ledger import (
    InterviewLedger,
    LedgerQuery,
    LedgerRow,
    OpenCount,
    OpenCounts,
    OpenCountsQuery,
    OpenStepsQuery,
)
from gateway.schemas.model import Page

ledger = Resource("ledger", "Ledger")
interview_ledger = Resource("interviews/{interview_id}/ledger", "Ledger")
open_steps = Resource("open-steps", "Ledger")


@ledger.get("")
async def list_ledger(call: Read, query: Annotated[LedgerQuery, Query()]) -> Page[LedgerRow]:
    """The rows that you may see, by due date: of your own case, your line, your units, or the tenant."""
    reply = await call.metrics.ListLedger(
        ledger_pb2.ListLedgerRequest(
            **query.asked(),
            interview_id=id_text(query.interview_id),
            step=number(steps_pb2.Step, query.step),
            verdicts=[number(ledger_pb2.Verdict, each) for each in dict.fromkeys(query.verdict)],
        )
    )
    return Page.of(await rows_out(call, reply.rows), reply.next_page_token)


@interview_ledger.get("")
async def get_interview_ledger(interview_id: UUID, call: Read) -> InterviewLedger:
    """One case's rows and its verdict; 合规台账."""
    request = ledger_pb2.GetInterviewLedgerRequest(interview_id=str(interview_id))
    reply = await call.metrics.GetInterviewLedger(request)
    return InterviewLedger(rows=await rows_out(call, reply.rows), counts=reply.counts, compliant=reply.compliant)


@open_steps.get("")
async def list_open_steps(call: Read, query: Annotated[OpenStepsQuery, Query()]) -> Page[LedgerRow]:
    """What is to be done, by due date; what has no date yet comes last."""
    reply = await call.metrics.ListOpenSteps(
        open_step_pb2.ListOpenStepsRequest(
            **query.asked(),
            responsible_person_id=id_text(query.responsible_person_id),
            employee_id=id_text(query.employee_id),
            interview_id=id_text(query.interview_id),
            step=number(steps_pb2.Step, query.step),
            overdue_only=query.overdue_only,
            due_until=to_optional_timestamp(query.due_until),
        )
    )
    return Page.of(await rows_out(call, reply.rows), reply.next_page_token)


@open_steps.get("/counts")
async def count_open_steps(call: Read, query: Annotated[OpenCountsQuery, Query()]) -> OpenCounts:
    """How much is overdue, due today, within a week, and later; as a whole and by group."""
    reply = await call.metrics.CountOpenSteps(
        open_step_pb2.CountOpenStepsRequest(**query.asked(), responsible_person_id=id_text(query.responsible_person_id))
    )
    return OpenCounts(total=OpenCount.of(reply.total), groups=[OpenCount.of(each) for each in reply.groups])


async def rows_out(call: ReadCall, rows: Collection[ledger_pb2.LedgerRow]) -> list[LedgerRow]:
    """Return rows with the names of their people."""
    people = (each for row in rows for each in (row.employee_id, row.manager_id, row.responsible_person_id))
    names = await names_for(call, people)
    return [LedgerRow.of(row, names) for row in rows]
