"""What people hear of a case from its opening to its archive."""

from typing import TYPE_CHECKING, Any

from common.events import Event
from common.timestamps import from_timestamp
from common.transaction import Transaction
from tandem.interview_record.v1 import events_pb2 as pb

from notification.case_copies import copy_interview
from notification.domain.notice import Values
from notification.parties import Parties
from notification.storage.copies import live_booking

if TYPE_CHECKING:
    from common.database import Database


async def on_interview_opened(database: "Database", event: Event[pb.InterviewOpened]) -> None:
    """Tell manager and employee, or the HRBP where the case has no manager."""
    facts = event.message.interview
    async with database.reaction(event) as tx:
        case = await _follow(tx, event)
        if case is None:
            return
        if case.row.manager_id is None:
            await case.tell_hrbps("interview_needs_manager", "opened", case.about_employee())
            return
        days = {"hold_by": facts.hold_by}
        await case.tell_manager("interview_opened_manager", "opened", case.about_employee(days=days))
        await case.tell_employee("interview_opened_employee", "opened", case.about_manager(days=days))


async def on_interview_briefed(database: "Database", event: Event[pb.InterviewBriefed]) -> None:
    """Tell the employee that there is material, or that it was corrected."""
    said = event.message
    async with database.reaction(event) as tx:
        case = await _follow(tx, event)
        if case is None:
            return
        slot = str(said.briefing_version)
        if said.correction:
            await case.tell_employee("briefing_corrected", slot, case.about_manager())
            return
        booking = await live_booking(tx.session, tx.tenant_id, case.row.id)
        moments = {"starts_at": booking.starts_at if booking else None}
        await case.tell_employee("briefing_shared", slot, case.about_manager(moments=moments))


async def on_interview_self_analysis_submitted(
    database: "Database", event: Event[pb.InterviewSelfAnalysisSubmitted]
) -> None:
    """Tell the manager that there is something to read before the meeting."""
    async with database.reaction(event) as tx:
        if case := await _follow(tx, event):
            await case.tell_manager("self_analysis_submitted", "", case.about_employee())


async def on_interview_archived(database: "Database", event: Event[pb.InterviewArchived]) -> None:
    """Tell both where their papers are."""
    said = event.message
    async with database.reaction(event) as tx:
        if case := await _follow(tx, event):
            values = Values.of(moments={"archived_at": from_timestamp(said.archived_at)})
            await case.tell_both("archived", said.archive_item_id, values)


async def on_interview_cancelled(database: "Database", event: Event[pb.InterviewCancelled]) -> None:
    """Tell both that it was called off."""
    async with database.reaction(event) as tx:
        case = await _follow(tx, event)
        if case is None:
            return
        by = event.message.cancelled_by
        if case.row.manager_id is not None:
            await case.tell_counterparts("interview_cancelled", "", but=by)


async def on_interview_reassigned(database: "Database", event: Event[pb.InterviewReassigned]) -> None:
    """Tell the employee and the new manager, or the HRBP where there is none."""
    said = event.message
    async with database.reaction(event) as tx:
        case = await _follow(tx, event)
        if case is None:
            return
        slot = from_timestamp(said.effective_at).isoformat()
        if case.row.manager_id is None:
            await case.tell_hrbps("interview_needs_manager", slot, case.about_employee())
            return
        day = (await case.local_day(from_timestamp(said.effective_at))).isoformat()
        await case.tell_employee("interview_reassigned_employee", slot, case.about_manager(days={"from_date": day}))
        if case.row.state in {"open", "in_progress"}:
            days = {"hold_by": said.interview.hold_by}
            await case.tell_manager("interview_opened_manager", slot, case.about_employee(days=days))


async def on_interview_dispute_opened(database: "Database", event: Event[pb.InterviewDisputeOpened]) -> None:
    """Tell the HRBP who decides, and the manager."""
    said = event.message
    async with database.reaction(event) as tx:
        if case := await _follow(tx, event):
            values = case.about_employee(moments={"due_at": from_timestamp(said.decide_by)})
            await case.tell_hrbps("dispute_opened", said.dispute_id, values)
            await case.tell_manager("dispute_opened", said.dispute_id, values)


async def on_interview_dispute_decided(database: "Database", event: Event[pb.InterviewDisputeDecided]) -> None:
    """Tell both of the decision."""
    async with database.reaction(event) as tx:
        if case := await _follow(tx, event):
            await case.tell_both("dispute_decided", event.message.dispute_id, Values())


async def on_interview_changed(database: "Database", event: Event[Any]) -> None:
    """Keep what is known of the case; nobody needs to be told."""
    async with database.reaction(event) as tx:
        await copy_interview(tx, event, event.message.interview)


async def _follow(tx: Transaction, event: Event[Any]) -> Parties | None:
    row = await copy_interview(tx, event, event.message.interview)
    return None if row is None else Parties(tx, row, "interview", row.id, row.id)
