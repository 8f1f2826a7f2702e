"""Spans of calls and events: their names, kinds, attributes and how they hang together."""

import pytest
from common.message_telemetry import create, process, send
from common.tracing import carrier_of, context_of, current_trace, note, root_span, untraced
from devstack.recorded import Recorded
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import SpanKind, StatusCode

EVENT = "directory.person.changed.v1"


def ids(span: ReadableSpan) -> tuple[int, int]:
    assert span.context is not None
    return span.context.trace_id, span.context.span_id


def test_an_event_is_created_sent_and_processed_in_one_trace(recorded: Recorded) -> None:
    with root_span("deadline plan.review", {}):
        stored = create(EVENT, 1)
    with send(EVENT, "id-1", stored):
        pass
    with process(EVENT, "metrics", stored, 3):
        pass
    created, root, sent, processed = recorded.spans
    assert [each.name for each in (root, created, sent, processed)] == [
        "deadline plan.review",
        f"create {EVENT}",
        f"send {EVENT}",
        f"process {EVENT}",
    ]
    kinds = [SpanKind.INTERNAL, SpanKind.PRODUCER, SpanKind.CLIENT, SpanKind.CONSUMER]
    assert [each.kind for each in (root, created, sent, processed)] == kinds
    assert created.parent is not None
    assert created.parent.span_id == ids(root)[1]
    for follower in (sent, processed):
        assert follower.parent is not None
        assert (follower.parent.trace_id, follower.parent.span_id) == ids(created)
        assert [(link.context.trace_id, link.context.span_id) for link in follower.links] == [ids(created)]
    assert dict(processed.attributes or {}) == {
        "messaging.system": "nats",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": EVENT,
        "messaging.consumer.group.name": "metrics",
        "messaging.message.id": "",
        "messaging.nats.message.delivery_count": 3,
    }


def test_events_of_one_type_share_the_span_that_creates_them(recorded: Recorded) -> None:
    with root_span("job launch", {}):
        create(EVENT, 10_000)
    created = recorded.spans[0]
    assert (created.attributes or {})["messaging.batch.message_count"] == 10_000


@pytest.mark.parametrize("recorded", [ParentBased(ALWAYS_OFF)], indirect=True)
def test_what_is_not_sampled_makes_no_span_but_keeps_its_trace(recorded: Recorded) -> None:
    with root_span("work", {}) as root:
        stored = create(EVENT, 1)
    with send(EVENT, "id-1", stored) as sending:
        assert not sending.span.get_span_context().is_valid
    with process(EVENT, "metrics", stored, 1) as processing:
        assert processing.span.get_span_context().trace_id == root.get_span_context().trace_id
    assert recorded.spans == ()


def test_a_poll_is_sampled_neither_here_nor_where_it_calls(recorded: Recorded) -> None:
    with untraced():
        there = context_of(current_trace())
        with process(EVENT, "metrics", current_trace(), 1):
            pass
    assert trace.get_current_span(there).get_span_context().is_valid
    assert recorded.spans == ()


class Refused(Exception):
    """An answer."""


def test_a_failed_span_tells_the_type_of_the_error_and_not_its_text(recorded: Recorded) -> None:
    with pytest.raises(ValueError, match="张三"), root_span("work", {}, but=(Refused,)):
        raise ValueError("张三")
    with pytest.raises(Refused), root_span("work", {}, but=(Refused,)):
        raise Refused
    failed, refused = recorded.spans
    assert failed.status.status_code is StatusCode.ERROR
    assert failed.attributes == {"error.type": "ValueError"}
    assert not failed.events
    assert failed.status.description is None
    assert refused.status.status_code is StatusCode.UNSET


def test_headers_of_a_stranger_without_a_trace_start_a_new_one(recorded: Recorded) -> None:
    with process("a.b.c.v1", "metrics", {"traceparent": "nonsense"}, 1):
        pass
    (processed,) = recorded.spans
    assert processed.parent is None
    assert not processed.links


def test_outside_a_span_there_is_nothing_to_carry_or_to_note() -> None:
    note("tandem.refusal", "NOBODY")
    assert current_trace() == {}
    assert create(EVENT, 1) == {}
    assert carrier_of(trace.INVALID_SPAN) == {}
