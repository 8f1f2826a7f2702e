"""Keep a consumed event and bring what is built from it up to date."""

from typing import Any

from common.database import Database
from common.events import Event

from metrics import events
from metrics.domain.facts import EvaluationFact, Stamp
from metrics.storage.facts import EVALUATIONS, append, lock
from metrics.storage.projections import apply


async def keep_fact(database: Database, event: Event[Any]) -> None:
    """Append the event to the facts and apply what it says, in one commit."""
    subject_id = events.subject_of(event)
    said = tuple(events.said(event.message))
    async with database.reaction(event) as tx:
        await lock(tx, subject_id)
        if any(isinstance(each, EvaluationFact) for each in said):
            await lock(tx, EVALUATIONS)
        position = await append(tx, event, subject_id)
        for each in said:
            await apply(tx, each, Stamp(event.epoch, event.sequence, position))
