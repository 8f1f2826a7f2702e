"""Current state of the aggregates as events, for a consumer that starts over."""

from uuid import UUID

from common.snapshots import Snapshot
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.events import InterviewEvents, step_event
from interview_record.storage.facts_queries import rules_of
from interview_record.storage.interview_tables import InterviewRow, StepRow

CHUNK = 200


async def publish_interviews(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    """Publish up to 200 interviews after the given id."""
    statement = select(InterviewRow).where(InterviewRow.tenant_id == tx.tenant_id).order_by(InterviewRow.id)
    if after is not None:
        statement = statement.where(InterviewRow.id > after)
    rows = (await tx.session.scalars(statement.limit(CHUNK))).all()
    for row in rows:
        rules = await rules_of(tx.session, tx.tenant_id, row.playbook_id, row.playbook_version)
        tx.publish(row.id, InterviewEvents(row, rules).snapshot())
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


async def publish_steps(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    """Publish how up to 200 ledger rows after the given id stand."""
    statement = select(StepRow).where(StepRow.tenant_id == tx.tenant_id).order_by(StepRow.id)
    if after is not None:
        statement = statement.where(StepRow.id > after)
    rows = (await tx.session.scalars(statement.limit(CHUNK))).all()
    for row in rows:
        tx.publish(row.id, step_event(row))
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


INTERVIEW_SNAPSHOTS: dict[str, Snapshot] = {"interview": publish_interviews, "step": publish_steps}
