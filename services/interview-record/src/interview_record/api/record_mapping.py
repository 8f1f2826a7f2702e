"""Evaluations and archive items between rows and contract."""

from collections.abc import Sequence
from datetime import datetime

from common.timestamps import to_optional_timestamp, to_timestamp
from google.protobuf.timestamp_pb2 import Timestamp
from tandem.interview_record.v1 import archive_pb2 as archive
from tandem.interview_record.v1 import evaluation_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from interview_record.events import enum_value
from interview_record.storage.record_tables import ArchiveItemRow, ArchiveReceiptRow, EvaluationRow


def evaluation_message(row: EvaluationRow, text: str, evaluated_at: Timestamp) -> pb.Evaluation:
    """Return an evaluation for its author."""
    *content, preparation = row.scores
    return pb.Evaluation(
        id=str(row.id),
        interview_id=str(row.interview_id),
        evaluator=enum_value(facts.Evaluator, "EVALUATOR", row.evaluator),
        content_scores=content,
        preparation_score=preparation,
        text=text,
        evaluated_at=evaluated_at,
    )


def archive_item_message(
    row: ArchiveItemRow, due_at: datetime | None, receipts: Sequence[ArchiveReceiptRow]
) -> archive.ArchiveItem:
    """Return an archive item without its content."""
    return archive.ArchiveItem(
        id=str(row.id),
        interview_id=str(row.interview_id),
        employee_id=str(row.employee_id),
        kind=enum_value(archive.ArchiveItemKind, "ARCHIVE_ITEM_KIND", row.kind),
        plan_id=str(row.plan_id),
        revision=row.revision,
        amendment=row.amendment,
        content_hash=row.content_hash or b"",
        due_at=to_optional_timestamp(due_at),
        frozen_at=to_optional_timestamp(row.frozen_at),
        archived_at=to_optional_timestamp(row.archived_at),
        receipts=[
            archive.ArchiveReceipt(
                destination=each.destination, receipt=each.receipt, accepted_at=to_timestamp(each.accepted_at)
            )
            for each in receipts
        ],
    )
