"""A blocker is soon to go to the HRBP."""

from common.database import Database
from common.due import Due

from notification.domain.notice import Guard
from notification.parties import Parties
from notification.storage.copy_tables import BlockerRow


async def remind_blocker(database: Database, due: Due) -> None:
    """Remind its owner, if it is still open."""
    async with database.deadline(due) as tx:
        blocker = await tx.session.get(BlockerRow, (due.tenant_id, due.object_id))
        if blocker is None or blocker.state != "open" or blocker.resolve_by is None:
            return
        parties = Parties(tx, blocker, "blocker", blocker.id, blocker.interview_id)
        guard = Guard(blocker_id=str(blocker.id), expires_at=blocker.resolve_by.isoformat())
        await parties.tell_owner(
            "blocker_deadline_near",
            blocker.owner_id,
            blocker.resolve_by.isoformat(),
            parties.about_employee(moments={"due_at": blocker.resolve_by}),
            guard=guard,
            deadline=blocker.resolve_by,
        )
