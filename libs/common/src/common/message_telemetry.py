"""An event on its way in traces and measurements: created in a transaction, sent by the relay, processed by a consumer.

The creating span travels in the event's headers, unchanged. Sending and processing link to it and, since each handles
one message at a time, also take it as their parent: so a command and all that follows from it are one trace.
"""

from collections.abc import Mapping
from functools import lru_cache

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind

from common.instruments import MESSAGING_PROCESS, MESSAGING_SEND
from common.measured import Measured
from common.tracing import (
    NOT_TRACED,
    carrier_of,
    context_of,
    current_trace,
    is_sampled,
    is_traced,
    link_to,
    start_span,
)

MESSAGE_ID = "messaging.message.id"
DELIVERY_COUNT = "messaging.nats.message.delivery_count"


def create(event_type: str, count: int) -> dict[str, str]:
    """Note that the transaction under way makes `count` events of the type; returns the trace to store beside them.

    One span for all of them: ten thousand interviews are not ten thousand spans.
    """
    if not is_traced():
        return current_trace()
    attributes: dict[str, str | int] = dict(_facts("create", event_type))
    if count > 1:
        attributes["messaging.batch.message_count"] = count
    span = start_span(f"create {event_type}", SpanKind.PRODUCER, attributes)
    span.end()
    return carrier_of(span)


def send(event_type: str, message_id: str, stored: Mapping[str, str]) -> Measured:
    """Return the sending of one event to the broker; `stored` is the trace it was created in."""
    facts = _facts("send", event_type)
    created = context_of(stored)
    if not is_sampled(created):
        return Measured(MESSAGING_SEND, facts, NOT_TRACED, None)
    work = Measured.entry(MESSAGING_SEND, facts, f"send {event_type}", SpanKind.CLIENT, created, link_to(created))
    work.span.set_attribute(MESSAGE_ID, message_id)
    return work


def process(event_type: str, consumer: str, headers: Mapping[str, str], deliveries: int) -> Measured:
    """Return one attempt to react to an event; `deliveries` counts this one, too."""
    facts = _facts("process", event_type, consumer)
    created: Context = context_of(headers)
    work = Measured.entry(
        MESSAGING_PROCESS, facts, f"process {event_type}", SpanKind.CONSUMER, created, link_to(created)
    )
    if work.span.is_recording():
        work.span.set_attribute("messaging.operation.type", "process")
        work.span.set_attribute(MESSAGE_ID, headers.get("Nats-Msg-Id", ""))
        work.span.set_attribute(DELIVERY_COUNT, deliveries)
    return work


@lru_cache(maxsize=1024)
def _facts(operation: str, event_type: str, consumer: str = "") -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "messaging.system": "nats",
        "messaging.operation.name": operation,
        "messaging.destination.name": event_type,
    }
    if consumer:
        facts["messaging.consumer.group.name"] = consumer
    return facts
