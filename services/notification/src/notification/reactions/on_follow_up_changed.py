"""What people hear of check-ins and blockers."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from common.transaction import Transaction
from tandem.plan_tracking.v1 import events_pb2 as pb

from notification.case_copies import copy_blocker
from notification.domain.notice import Guard, Values
from notification.parties import Parties
from notification.reminding import plan_blocker
from notification.storage.copies import arrived
from notification.storage.copy_tables import BlockerRow, PlanRow

if TYPE_CHECKING:
    from common.database import Database


async def on_check_in_recorded(database: "Database", event: Event[pb.CheckInRecorded]) -> None:
    """Tell the employee that there is something to read or to add to."""
    said = event.message
    async with database.reaction(event) as tx:
        plan = await arrived(tx, PlanRow, UUID(said.plan.plan_id))
        parties = Parties(tx, plan, "plan", plan.id, plan.interview_id)
        if said.recorded_by != said.plan.employee_id:
            await parties.tell_employee("check_in_recorded", said.check_in_id, parties.about_manager())


async def on_blocker_raised(database: "Database", event: Event[pb.BlockerRaised]) -> None:
    """Ask its owner to clear it, and tell the manager."""
    facts = event.message.blocker
    resolve_by = from_timestamp(facts.resolve_by)
    async with database.reaction(event) as tx:
        parties = await _follow(tx, event)
        if parties is None:
            return
        values = parties.about_employee(moments={"due_at": resolve_by})
        guard = Guard(blocker_id=facts.blocker_id)
        if facts.owner_id != facts.raised_by:
            owner = UUID(facts.owner_id)
            await parties.tell_owner("blocker_raised", owner, "", values, guard=guard, deadline=resolve_by)
        if facts.manager_id not in {facts.raised_by, facts.owner_id}:
            await parties.tell_manager("blocker_raised", "", values, guard=guard, deadline=resolve_by)


async def on_blocker_escalated(database: "Database", event: Event[pb.BlockerEscalated]) -> None:
    """Tell the HRBP and the manager."""
    said = event.message
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            values = parties.about_employee(moments={"due_at": from_timestamp(said.blocker.resolve_by)})
            await parties.tell_hrbps("blocker_escalated", "", values)
            if said.escalated_by != said.blocker.manager_id:
                await parties.tell_manager("blocker_escalated", "", values)


async def on_blocker_resolved(database: "Database", event: Event[pb.BlockerResolved]) -> None:
    """Tell both that they can go on."""
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_both("blocker_resolved", "", Values(), but=event.message.resolved_by)


async def on_blocker_changed(database: "Database", event: Event[pb.BlockerSnapshot]) -> None:
    """Keep what is known of the blocker; nobody needs to be told."""
    async with database.reaction(event) as tx:
        await _follow(tx, event)


async def _follow(tx: Transaction, event: Event[Any]) -> Parties | None:
    row: BlockerRow | None = await copy_blocker(tx, event, event.message.blocker)
    if row is None:
        return None
    await plan_blocker(tx, row)
    return Parties(tx, row, "blocker", row.id, row.interview_id)
