"""Build anew, from the kept facts alone, what is known of some subjects."""

from uuid import UUID

from common.transaction import Transaction

from metrics import events
from metrics.domain.facts import Stamp
from metrics.storage.facts import count_subjects, facts_of, lock, next_subjects
from metrics.storage.projections import apply, forget

# Each subject is replaced within one commit, so that readers never see one half built.
CHUNK = 20


async def rebuild_subjects(tx: Transaction, after: UUID | None) -> list[UUID]:
    """Rebuild the subjects that follow the given one; returns them, none when all are done."""
    subjects = list(await next_subjects(tx, after, CHUNK))
    for subject_id in subjects:
        await lock(tx, subject_id)
        await forget(tx, subject_id)
        for fact in await facts_of(tx, subject_id):
            stamp = Stamp(fact.epoch, fact.sequence, fact.position)
            for said in events.said(events.read_again(fact.source, fact.event_type, fact.payload)):
                await apply(tx, said, stamp)
        await tx.session.flush()
        tx.session.expunge_all()
    return subjects


async def count_all_subjects(tx: Transaction) -> int:
    """Return how many subjects there are to rebuild."""
    return await count_subjects(tx)
