"""How long work is followed."""

import httpx2
from tandem_client.resources.operations import Operations

EVENTS = (
    'event: operation\ndata: {"state": "running", "done": 1}\n\n'
    ": still here\n\n"
    'event: operation\ndata: {"state": "succeeded", "done": 2}\n\n'
)


def test_an_operation_is_followed_by_its_events_until_it_ends(scripted, connect):
    scripted.script.append(httpx2.Response(200, text=EVENTS, headers={"content-type": "text/event-stream"}))

    seen = [operation["done"] for operation in Operations(connect()).follow("directory~1")]

    assert seen == [1, 2]


def test_a_stream_that_breaks_off_is_gone_on_with(scripted, connect):
    scripted.breaks_off()
    scripted.answers(200, {"state": "running", "done": 1})
    scripted.breaks_off()
    scripted.answers(200, {"state": "failed", "done": 1})

    states = [each["state"] for each in Operations(connect()).follow("directory~1", sleep=lambda _: None)]

    assert states == ["running", "failed"]
