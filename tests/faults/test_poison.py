"""T12: an event that ends its consumer's process at every attempt is laid aside, and all others pass it."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import nats
import pytest
from common.ids import new_id
from common.streams import MAX_DELIVER, consumer_config
from devstack.background import Background
from devstack.testing import StackUnderTest

from tests.faults.commands import create_unit
from tests.faults.figures import Figures
from tests.faults.looking import query, until

pytestmark = pytest.mark.faults

OTHERS = 20
HANDLED = "SELECT event_id FROM scheduling.inbox WHERE event_id = ANY ($1)"
EVENT_OF = "SELECT event_id, payload, event_type FROM directory.outbox WHERE aggregate_id = $1"


def test_t12_an_event_that_ends_the_process_each_time_is_laid_aside_and_all_others_pass(
    faulty: StackUnderTest,
    tenant: SimpleNamespace,
    background: Background,
    check: Callable[[], float],
    figures: Figures,
    full_length: bool,
) -> None:
    attempts = MAX_DELIVER if full_length else 3
    check()
    allow_deliveries(faulty, background, attempts)
    faulty["scheduling"].stop()
    poison, *others = [create_unit(tenant.admin, f"t12-{new_id()}").resource_id for _ in range(OTHERS + 1)]
    [event] = query(faulty, background, EVENT_OF, poison)
    ids = [query(faulty, background, EVENT_OF, each)[0]["event_id"] for each in others]
    until(lambda: not query(faulty, background, "SELECT FROM directory.outbox WHERE published_at IS NULL"), 30)
    crashes = 0
    for _ in range(attempts):
        faulty.crash_at("scheduling", f"event-{event['event_id']}")
        faulty["scheduling"].start()
        until(lambda: not faulty["scheduling"].running, 60)
        crashes += 1
    faulty["scheduling"].start()
    letter = "SELECT error, attempts FROM scheduling.dead_letter WHERE event_id = $1"
    laid_aside = until(lambda: bool(query(faulty, background, letter, str(event["event_id"]))), 60)
    [written] = query(faulty, background, letter, str(event["event_id"]))
    handled = query(faulty, background, HANDLED, ids)
    figures.note("T12", crashes=crashes, handled_beside_it=len(handled), laid_aside_after=laid_aside)
    assert (written["error"], written["attempts"]) == ("max_deliver", attempts)
    assert len(handled) == OTHERS
    allow_deliveries(faulty, background, MAX_DELIVER)
    send_again(faulty, background, str(event["event_id"]))
    until(lambda: bool(query(faulty, background, HANDLED, [event["event_id"]])), 30)
    query(faulty, background, "DELETE FROM scheduling.dead_letter")
    check()


def allow_deliveries(stack: StackUnderTest, background: Background, attempts: int) -> None:
    """Let the broker deliver each of directory's events to scheduling so often at most."""

    async def change() -> None:
        client = await nats.connect(stack.nats_url())
        try:
            config = consumer_config("scheduling").evolve(max_deliver=attempts)
            await client.jetstream().add_consumer("directory", config)
        finally:
            await client.close()

    background.run(change())


def send_again(stack: StackUnderTest, background: Background, event_id: str) -> None:
    """Say the letter's event once more, under a message id that the broker does not take for a duplicate."""
    [letter] = query(
        stack, background, "SELECT headers::text, payload FROM scheduling.dead_letter WHERE event_id = $1", event_id
    )

    async def publish() -> None:
        headers = {**json.loads(letter["headers"]), "Nats-Msg-Id": f"{event_id} again"}
        client = await nats.connect(stack.nats_url())
        try:
            subject = f"{headers['ce-type']}.{headers['tandem-aggregate']}"
            await client.jetstream().publish(subject, letter["payload"], headers=headers)
        finally:
            await client.close()

    background.run(publish())
