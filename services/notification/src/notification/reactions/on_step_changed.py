"""The ledger's rows: planning reminders, and telling of what was missed or waived."""

from typing import TYPE_CHECKING

from common.events import Event
from tandem.common.v1 import steps_pb2 as pb

from notification.case_copies import copy_step
from notification.reminding import plan_step
from notification.steps import tell_missed, tell_takeover, tell_waived
from notification.telling import close_actions

if TYPE_CHECKING:
    from common.database import Database


async def on_step_due(database: "Database", event: Event[pb.StepDue]) -> None:
    """Plan its reminders; a takeover is asked for at once."""
    said = event.message
    async with database.reaction(event) as tx:
        row = await copy_step(tx, event, said.key, "open", said.due_at)
        if row is None:
            return
        await plan_step(tx, row)
        if row.step == "taken_over":
            await tell_takeover(tx, row)


async def on_step_done(database: "Database", event: Event[pb.StepDone] | Event[pb.StepWithdrawn]) -> None:
    """Expect nothing any more from anybody."""
    said = event.message
    state = "done" if isinstance(said, pb.StepDone) else "withdrawn"
    async with database.reaction(event) as tx:
        row = await copy_step(tx, event, said.key, state, None)
        if row is not None:
            await plan_step(tx, row)
            await close_actions(tx, row.id)


async def on_step_missed(database: "Database", event: Event[pb.StepMissed]) -> None:
    """Tell of a missed check-in."""
    said = event.message
    async with database.reaction(event) as tx:
        row = await copy_step(tx, event, said.key, "missed", said.due_at)
        if row is not None:
            await plan_step(tx, row)
            await close_actions(tx, row.id)
            await tell_missed(tx, row)


async def on_step_waived(database: "Database", event: Event[pb.StepWaived]) -> None:
    """Tell everyone in the case."""
    said = event.message
    async with database.reaction(event) as tx:
        row = await copy_step(tx, event, said.key, "waived", None)
        if row is not None:
            await plan_step(tx, row)
            await close_actions(tx, row.id)
            await tell_waived(tx, row, said.waived_by)
