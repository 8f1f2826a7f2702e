"""Archive items: the frozen parts of an employee's file."""

import base64
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import archive_pb2 as pb

from gateway.schemas.fields import moment, word
from gateway.schemas.model import Output, PageQuery


class ArchiveItemKind(StrEnum):
    """What an item holds."""

    PACKAGE = "package"
    REVISION = "revision"
    AMENDMENT = "amendment"


class ReceiptOut(Output):
    """That a destination has the item."""

    destination: str
    receipt: str
    accepted_at: datetime | None


class ArchiveItemOut(Output):
    """An item of the file, without its content."""

    id: UUID
    interview_id: UUID
    employee_id: UUID
    kind: ArchiveItemKind
    plan_id: UUID
    revision: int
    amendment: int
    content_hash: Annotated[str, Field(description="SHA-256 of the canonical JSON (RFC 8785), in hex.")]
    due_at: datetime | None
    frozen_at: datetime | None
    archived_at: datetime | None
    receipts: list[ReceiptOut]

    @classmethod
    def of(cls, item: pb.ArchiveItem) -> "ArchiveItemOut":
        """Return the item."""
        return ArchiveItemOut(**_fields(item))


class ArchiveItemWhole(ArchiveItemOut):
    """An item of the file with its content."""

    content: Annotated[str, Field(description="The canonical JSON itself, base64; empty while it is being frozen.")]

    @classmethod
    def of(cls, item: pb.ArchiveItem) -> "ArchiveItemWhole":
        """Return the item with its content."""
        return cls(**_fields(item), content=base64.b64encode(item.content).decode())


class ArchiveQuery(PageQuery):
    """Whose file."""

    interview_id: UUID | None = None
    employee_id: UUID | None = None


def _fields(item: pb.ArchiveItem) -> dict[str, Any]:
    return {
        "id": UUID(item.id),
        "interview_id": UUID(item.interview_id),
        "employee_id": UUID(item.employee_id),
        "kind": word(ArchiveItemKind, pb.ArchiveItemKind, item.kind),
        "plan_id": UUID(item.plan_id),
        "revision": item.revision,
        "amendment": item.amendment,
        "content_hash": item.content_hash.hex(),
        "due_at": moment(item.due_at),
        "frozen_at": moment(item.frozen_at),
        "archived_at": moment(item.archived_at),
        "receipts": [
            ReceiptOut(destination=each.destination, receipt=each.receipt, accepted_at=moment(each.accepted_at))
            for each in item.receipts
        ],
    }
