"""What a restored service no longer knows is said to have ended, so that nobody else waits for it.

The words come from the last that metrics, which keeps every event, has heard of the object.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from common.events import event_type_of
from common.ids import new_id
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from metrics.events import read_again
from tandem.common.v1 import steps_pb2
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as scheduling_facts

from ops.installation import Installation

_LAST_HEARD = """
SELECT DISTINCT ON (aggregate_id) tenant_id, aggregate_id, event_type, payload, occurred_at FROM fact
WHERE source = $1 AND aggregate_id IN (SELECT aggregate_id FROM fact WHERE event_id = ANY ($2))
ORDER BY aggregate_id, epoch DESC, sequence DESC
"""
_KNOWN = "SELECT aggregate_id FROM aggregate_sequence WHERE aggregate_id = ANY ($1)"
_SAY = """
INSERT INTO outbox (tenant_id, event_id, event_type, aggregate_type, aggregate_id, sequence, epoch, occurred_at, actor,
                    payload, trace)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7, 'service:restore', $8, '{}')
"""
_COUNT = "INSERT INTO aggregate_sequence (tenant_id, aggregate_type, aggregate_id, last) VALUES ($1, $2, $3, 1)"


async def say_ended(
    installation: Installation, service: str, owner: asyncpg.Connection, epoch: int, lost: Iterable[UUID]
) -> Counter[str]:
    """Publish, in the new epoch, the end of every object of which only lost events speak; returns how many by kind."""
    async with installation.connect("metrics") as connection:
        heard = await connection.fetch(_LAST_HEARD, service, list(lost))
    known = {row[0] for row in await owner.fetch(_KNOWN, [row["aggregate_id"] for row in heard])}
    ended: Counter[str] = Counter()
    async with owner.transaction():
        for row in heard:
            if row["aggregate_id"] in known:
                continue
            message = ending_of(read_again(service, row["event_type"], row["payload"]), row["occurred_at"])
            if message is not None:
                await _say(owner, row, message, epoch)
                ended[event_type_of(message).aggregate] += 1
    return ended


def ending_of(last: Message, at: datetime) -> Message | None:
    """Return the event that ends what the last event spoke of; None where it had ended, or must be decided by people.

    `at` is when it was last heard of. Plans, cycles and results are left to people.
    """
    kind = event_type_of(last).aggregate
    ending = _ENDINGS.get(kind)
    if ending is None:
        return None
    moment = Timestamp()
    moment.FromDatetime(at)
    return ending(last, moment)


async def _say(owner: asyncpg.Connection, row: asyncpg.Record, message: Message, epoch: int) -> None:
    kind = event_type_of(message)
    payload = message.SerializeToString(deterministic=True)
    object_of = (row["tenant_id"], kind.aggregate, row["aggregate_id"])
    await owner.execute(_SAY, row["tenant_id"], new_id(), str(kind), *object_of[1:], epoch, row["occurred_at"], payload)
    await owner.execute(_COUNT, *object_of)


def _step(last: Any, at: Timestamp) -> Message | None:
    if isinstance(last, steps_pb2.StepWithdrawn):
        return None
    return steps_pb2.StepWithdrawn(key=last.key, withdrawn_at=at)


def _booking(last: Any, at: Timestamp) -> Message | None:
    live = (scheduling_facts.BOOKING_STATE_PROPOSED, scheduling_facts.BOOKING_STATE_CONFIRMED)
    if last.booking.state not in live:
        return None
    ended = scheduling.BookingCancelled(booking=last.booking)
    ended.booking.state = scheduling_facts.BOOKING_STATE_CANCELLED
    # Calendars take a later word about the same entry only.
    ended.booking.invitation_sequence += 1
    return ended


def _interview(last: Any, at: Timestamp) -> Message | None:
    live = (interview_facts.INTERVIEW_STATE_OPEN, interview_facts.INTERVIEW_STATE_IN_PROGRESS)
    if last.interview.state not in live:
        return None
    ended = interviews.InterviewCancelled(interview=last.interview)
    ended.interview.state = interview_facts.INTERVIEW_STATE_CANCELLED
    ended.interview.cancel_reason = interview_facts.INTERVIEW_CANCEL_REASON_OTHER
    ended.interview.cancelled_at.CopyFrom(at)
    return ended


def _blocker(last: Any, at: Timestamp) -> Message | None:
    if last.blocker.HasField("resolved_at"):
        return None
    ended = plans.BlockerResolved(blocker=last.blocker)
    ended.blocker.state = plan_facts.BLOCKER_STATE_RESOLVED
    ended.blocker.resolved_at.CopyFrom(at)
    return ended


def _unit(last: Any, _: Timestamp) -> Message | None:
    ended = directory.UnitChanged(unit=last.unit)
    ended.unit.active = False
    return ended


def _person(last: Any, _: Timestamp) -> Message | None:
    ended = directory.PersonChanged(person=last.person)
    ended.person.active = False
    # Imported again they are somebody new, whom this id must find.
    ended.person.external_id = ""
    return ended


def _grant(last: Any, at: Timestamp) -> Message | None:
    ended = directory.GrantChanged(grant=last.grant)
    ended.grant.revoked_at.CopyFrom(at)
    return ended


_ENDINGS: dict[str, Callable[[Any, Timestamp], Message | None]] = {
    "step": _step,
    "booking": _booking,
    "interview": _interview,
    "blocker": _blocker,
    "unit": _unit,
    "person": _person,
    "grant": _grant,
}
