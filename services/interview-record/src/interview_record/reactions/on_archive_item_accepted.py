"""A destination outside has an archive item: its receipt joins the file's own."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from sqlalchemy.dialects.postgresql import insert
from tandem.notification.v1 import events_pb2 as pb

from interview_record.storage.record_tables import ArchiveItemRow, ArchiveReceiptRow

if TYPE_CHECKING:
    from common.database import Database


async def on_archive_item_accepted(database: "Database", event: Event[pb.ArchiveItemAccepted]) -> None:
    """Keep the receipt; a second one of the same destination changes nothing."""
    message = event.message
    async with database.reaction(event) as tx:
        item = await tx.get(ArchiveItemRow, UUID(message.archive_item_id), lock=False)
        receipt = {
            "tenant_id": tx.tenant_id,
            "archive_item_id": item.id,
            "destination": message.destination_id,
            "receipt": message.receipt,
            "accepted_at": from_timestamp(message.accepted_at),
        }
        await tx.session.execute(insert(ArchiveReceiptRow).values(receipt).on_conflict_do_nothing())
        tx.audit("archive_item.accepted", "interview", item.interview_id, archive_item_id=item.id)
