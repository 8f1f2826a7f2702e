"""Interviews: opened, prepared, shared, started, cancelled."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import briefing_pb2 as briefing
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import interview_pb2 as pb
from tandem.interview_record.v1 import preparation_pb2 as preparation
from tandem.interview_record.v1 import session_pb2 as session

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.briefings import BriefingOut
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.interview_sessions import SessionOut
from gateway.schemas.interviews import (
    Cancelling,
    CaseRead,
    CoreGoal,
    CoreGoalSuggestion,
    CoreGoalSuggestions,
    InterviewOut,
    InterviewsQuery,
    NewInterview,
)
from gateway.schemas.model import Page, PageQuery

interviews = Resource("interviews", "Interviews")


@interviews.get("")
async def list_interviews(call: Read, query: Annotated[InterviewsQuery, Query()]) -> Page[InterviewOut]:
    """The interviews that you may see, newest first, without texts."""
    reply = await call.interview_record.ListInterviews(
        pb.ListInterviewsRequest(
            states=[number(facts.InterviewState, each) for each in query.states],
            cycle_id=id_text(query.cycle_id),
            employee_id=id_text(query.employee_id),
            manager_id=id_text(query.manager_id),
            under_unit_id=id_text(query.under_unit_id),
            employee_type=number(directory.EmployeeType, query.employee_type),
            needs_manager_only=query.needs_manager_only,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _interviews_out(call, reply.interviews), reply.next_page_token)


@interviews.post("", status_code=201)
async def open_interview(interview: NewInterview, call: Write) -> InterviewOut:
    """Open an interview outside a cycle; a cycle opens its own.

    409 `HAS_OPEN_INTERVIEW`, `PERSON_INACTIVE`. 400 `HOLD_BY_TOO_EARLY`: no working day keeps notice.
    """
    reply = await call.interview_record.OpenInterview(
        pb.OpenInterviewRequest(
            employee_id=str(interview.employee_id),
            playbook_id=str(interview.playbook_id),
            hold_by=day_text(interview.hold_by),
            period_from=day_text(interview.period_from),
            period_until=day_text(interview.period_until),
            shortfall_ids=[str(each) for each in interview.shortfall_ids],
        )
    )
    return await _interview_out(call, reply.interview)


@interviews.get("/{id}")
async def get_interview(id: UUID, call: Read) -> InterviewOut:
    """One interview; its texts where you may read them."""
    reply = await call.interview_record.GetInterview(pb.GetInterviewRequest(interview_id=str(id)))
    return await _interview_out(call, reply.interview)


@interviews.post("/{id}:cancel")
async def cancel_interview(id: UUID, cancelling: Cancelling, call: Change) -> InterviewOut:
    """Cancel an open or running interview: the manager before the briefing is shared, the HRBP also after."""
    reply = await call.interview_record.CancelInterview(
        pb.CancelInterviewRequest(
            interview_id=str(id),
            reason=number(facts.InterviewCancelReason, cancelling.reason),
            note=cancelling.note,
            expected_version=call.version,
        )
    )
    return await _interview_out(call, reply.interview)


@interviews.get("/{id}/reads")
async def list_interview_reads(id: UUID, call: Read, query: Annotated[PageQuery, Query()]) -> Page[CaseRead]:
    """Who read texts of the case, newest first; for its employee, the HRBP and auditors."""
    reply = await call.interview_record.ListInterviewReads(
        pb.ListInterviewReadsRequest(interview_id=str(id), page_size=query.page_size, page_token=query.page_token)
    )
    names = await names_for(call, (each.reader_id for each in reply.reads))
    return Page.of((CaseRead.of(each, names) for each in reply.reads), reply.next_page_token)


@interviews.post("/{id}:confirm-data")
async def confirm_data(id: UUID, call: Change) -> InterviewOut:
    """Confirm that the facts for the interview are complete. 409 `NO_FACTS`: there is none at all."""
    reply = await call.interview_record.ConfirmData(
        preparation.ConfirmDataRequest(interview_id=str(id), expected_version=call.version)
    )
    return await _interview_out(call, reply.interview)


@interviews.get("/{id}/core-goal-suggestions")
async def suggest_core_goal(id: UUID, call: Read) -> CoreGoalSuggestions:
    """Core goals and directions that shortfalls, employee type and job family speak for."""
    reply = await call.interview_record.SuggestCoreGoal(preparation.SuggestCoreGoalRequest(interview_id=str(id)))
    return CoreGoalSuggestions(items=[CoreGoalSuggestion.of(each, call.locale) for each in reply.suggestions])


@interviews.post("/{id}:set-core-goal")
async def set_core_goal(id: UUID, goal: CoreGoal, call: Change) -> InterviewOut:
    """Set the core goal and the initial directions; the manager's to do, until the session ends."""
    reply = await call.interview_record.SetCoreGoal(
        preparation.SetCoreGoalRequest(
            interview_id=str(id),
            core_goal=goal.core_goal,
            directions=goal.directions,
            expected_version=call.version,
        )
    )
    return await _interview_out(call, reply.interview)


@interviews.post("/{id}:share-briefing")
async def share_briefing(id: UUID, call: Change) -> BriefingOut:
    """Freeze and hash the briefing and share it with the employee; again, as a correction.

    409 `CORE_GOAL_MISSING`, `NO_FACTS`, `NOTHING_CHANGED`.
    """
    reply = await call.interview_record.ShareBriefing(
        briefing.ShareBriefingRequest(interview_id=str(id), expected_version=call.version)
    )
    return BriefingOut.of(reply.briefing, call.locale)


@interviews.post("/{id}:start")
async def start_session(id: UUID, call: Change) -> SessionOut:
    """Start the session and its first segment; no booking is needed."""
    reply = await call.interview_record.StartSession(
        session.StartSessionRequest(interview_id=str(id), expected_version=call.version)
    )
    return SessionOut.of(reply.session)


async def _interviews_out(call: ReadCall, found: Collection[pb.Interview]) -> list[InterviewOut]:
    people = (
        person_id
        for each in found
        for person_id in (each.employee_id, each.manager_id, *(past.person_id for past in each.past_managers))
    )
    names = await names_for(call, people)
    return [InterviewOut.of(each, names) for each in found]


async def _interview_out(call: ReadCall, interview: pb.Interview) -> InterviewOut:
    return (await _interviews_out(call, [interview]))[0]
