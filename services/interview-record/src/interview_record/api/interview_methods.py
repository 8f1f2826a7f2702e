"""Interviews: opened, read, listed, cancelled; steps waived; who read what."""

from uuid import UUID

from common import tables
from common.call import Call, current_call
from common.grpc_server import once
from common.timestamps import from_day, to_timestamp
from common.transaction import Transaction
from sqlalchemy import select
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1.facts_pb2 import EmployeeType
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import interview_pb2 as pb

from interview_record.api.interview_mapping import (
    InterviewTexts,
    interview_message,
    optional_id,
    state_words,
    word,
)
from interview_record.api.methods import Context, Methods
from interview_record.policy import POLICY, interview_columns
from interview_record.reading import SeenCase, note_read, reading, see_case
from interview_record.storage.interview_queries import bookings_by_id, interviews, rules_by_playbook
from interview_record.storage.interview_tables import InterviewRow
from interview_record.storage.texts import goal_texts, open_text
from interview_record.use_cases.cancel_interview import cancel_interview
from interview_record.use_cases.open_single_interview import open_single_interview
from interview_record.use_cases.waive_step import waive_step


class InterviewMethods(Methods):
    """The case as a whole."""

    async def OpenInterview(self, request: pb.OpenInterviewRequest, context: Context) -> pb.OpenInterviewResponse:
        """Open an interview outside a cycle."""
        call = current_call()
        interview_id = await once(
            open_single_interview(
                self._database,
                call,
                employee_id=UUID(request.employee_id),
                playbook_id=UUID(request.playbook_id),
                hold_by=from_day(request.hold_by),
                period=(from_day(request.period_from), from_day(request.period_until)),
                shortfall_ids=[UUID(each) for each in request.shortfall_ids],
            )
        )
        return pb.OpenInterviewResponse(interview=await self._interview(call, interview_id))

    async def GetInterview(self, request: pb.GetInterviewRequest, context: Context) -> pb.GetInterviewResponse:
        """Answer one interview."""
        return pb.GetInterviewResponse(interview=await self._interview(current_call(), UUID(request.interview_id)))

    async def ListInterviews(self, request: pb.ListInterviewsRequest, context: Context) -> pb.ListInterviewsResponse:
        """List the interviews that the caller may see, newest first, without texts."""
        identity = current_call().identity
        filters = {
            "states": state_words(request.states),
            "cycle_id": optional_id(request.cycle_id),
            "employee_id": optional_id(request.employee_id),
            "manager_id": optional_id(request.manager_id),
            "under_unit_id": optional_id(request.under_unit_id),
            "employee_type": word(EmployeeType, "EMPLOYEE_TYPE", request.employee_type),
            "needs_manager_only": request.needs_manager_only,
        }
        page = self._pages.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self._database.clock.system(),
            question="interviews",
            filters=filters,
        )
        visible = POLICY.predicate(identity, "interview.read", interview_columns())
        statement = interviews(identity.tenant_id, visible, **filters)  # type: ignore[arg-type]
        async with self._database.read(identity) as reader:
            found = await reader.session.scalars(page.apply(statement, InterviewRow.id, descending=True))
            rows, token = page.close(found.all(), lambda row: (row.id,))
            rules = await rules_by_playbook(reader.session, identity.tenant_id, rows)
            bookings = await bookings_by_id(reader.session, identity.tenant_id, rows)
        messages = [
            interview_message(row, rules[row.playbook_id, row.playbook_version], bookings.get(row.booking_id or row.id))
            for row in rows
        ]
        return pb.ListInterviewsResponse(interviews=messages, next_page_token=token)

    async def CancelInterview(self, request: pb.CancelInterviewRequest, context: Context) -> pb.CancelInterviewResponse:
        """Cancel an open or running interview."""
        call = current_call()
        reason = word(facts.InterviewCancelReason, "INTERVIEW_CANCEL_REASON", request.reason)
        interview_id = await once(
            cancel_interview(
                self._database, call, UUID(request.interview_id), reason, request.note, request.expected_version
            )
        )
        return pb.CancelInterviewResponse(interview=await self._interview(call, interview_id))

    async def WaiveStep(self, request: pb.WaiveStepRequest, context: Context) -> pb.WaiveStepResponse:
        """Waive a step of this service in one case."""
        step_id = await once(
            waive_step(
                self._database,
                current_call(),
                UUID(request.interview_id),
                step=word(steps.Step, "STEP", request.step),
                occurrence=request.occurrence,
                reason=word(steps.WaiverReason, "WAIVER_REASON", request.reason),
                note=request.note,
            )
        )
        return pb.WaiveStepResponse(step_id=str(step_id))

    async def ListInterviewReads(
        self, request: pb.ListInterviewReadsRequest, context: Context
    ) -> pb.ListInterviewReadsResponse:
        """List who read the texts of a case, newest first."""
        call = current_call()
        interview_id = UUID(request.interview_id)
        page = self._pages.open(
            request.page_size,
            request.page_token,
            identity=call.identity,
            now=self._database.clock.system(),
            question="interview_reads",
            filters={"interview_id": interview_id},
        )
        audit = tables.audit.c
        statement = select(tables.audit).where(
            audit.tenant_id == call.identity.tenant_id,
            audit.resource_type == "interview",
            audit.resource_id == interview_id,
            audit.action.like("%.read"),
        )
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, interview_id)
            POLICY.require(call.identity, "interview.list_reads", seen.case, id=interview_id)
            found = (await tx.session.execute(page.apply(statement, audit.id, descending=True))).all()
        rows, token = page.close(found, lambda row: (row.id,))
        reads = [
            pb.CaseRead(
                reader_id=row.facts.get("reader_id") or "",
                read_at=to_timestamp(row.at),
                resource_type=row.action.removesuffix(".read"),
                resource_id=row.facts.get("text_id") or "",
            )
            for row in rows
        ]
        return pb.ListInterviewReadsResponse(reads=reads, next_page_token=token)

    async def _interview(self, call: Call, interview_id: UUID) -> pb.Interview:
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, interview_id)
            bookings = await bookings_by_id(tx.session, tx.tenant_id, [seen.row])
            texts = await _texts(tx, seen)
            booking = bookings.get(seen.row.booking_id) if seen.row.booking_id else None
            return interview_message(seen.row, seen.rules, booking, texts)


async def _texts(tx: Transaction, seen: SeenCase) -> InterviewTexts:
    """Open what the caller may read; the employee reads the goal once it was shared."""
    row = seen.row
    goal_at = row.briefed_at if seen.as_employee else row.core_goal_set_at
    core_goal, directions = await goal_texts(tx, row) if seen.sees(goal_at) else ("", [])
    note = ""
    if seen.sees(row.cancelled_at):
        note = await open_text(tx, "interview", "cancel_text", row.id, row.employee_id, row.cancel_text)
    if (core_goal or note) and tx.identity.person_id != row.manager_id:
        note_read(tx, seen, "interview")
    return InterviewTexts(core_goal, directions, note)
