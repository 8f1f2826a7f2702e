"""Kept facts: written once, read again in order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.events import Event
from common.transaction import Transaction
from sqlalchemy import func, insert, select, text

from metrics.storage.tables import FactRow

# Evaluations take their positions one after the other, so that "up to this position" is a fixed set.
EVALUATIONS = "evaluations"
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def lock(tx: Transaction, subject: object) -> None:
    """Wait for our turn with the subject, until the commit: what is built from its facts is built one by one."""
    await tx.session.execute(_LOCK, {"name": f"{tx.tenant_id}:{subject}"})


async def append(tx: Transaction, event: Event[Any], subject_id: UUID) -> int:
    """Keep the event for good; returns its position among the kept facts."""
    statement = insert(FactRow).returning(FactRow.position)
    return int(
        await tx.session.scalar(
            statement.values(
                tenant_id=event.tenant_id,
                event_id=event.id,
                subject_id=subject_id,
                source=event.source,
                event_type=event.type,
                aggregate_id=event.aggregate_id,
                epoch=event.epoch,
                sequence=event.sequence,
                occurred_at=event.time,
                actor=event.actor,
                payload=event.message.SerializeToString(deterministic=True),
            )
        )
        or 0
    )


async def facts_of(tx: Transaction, subject_id: UUID) -> Sequence[FactRow]:
    """Return the subject's facts as they came."""
    return (
        await tx.session.scalars(
            select(FactRow)
            .where(FactRow.tenant_id == tx.tenant_id, FactRow.subject_id == subject_id)
            .order_by(FactRow.position)
        )
    ).all()


async def next_subjects(tx: Transaction, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Return the subjects that follow the given one."""
    wanted = select(FactRow.subject_id).distinct().where(FactRow.tenant_id == tx.tenant_id)
    if after is not None:
        wanted = wanted.where(FactRow.subject_id > after)
    return (await tx.session.scalars(wanted.order_by(FactRow.subject_id).limit(limit))).all()


async def count_subjects(tx: Transaction) -> int:
    """Return how many subjects there are facts of."""
    distinct = func.count(FactRow.subject_id.distinct())
    return int(await tx.session.scalar(select(distinct).where(FactRow.tenant_id == tx.tenant_id)) or 0)
