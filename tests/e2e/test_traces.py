"""What a command sets off is one trace over every service, without a gap; services call all whom they may, no more."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from common.streams import CONSUMES
from devstack.testing import StackUnderTest
from ops.topology import SERVICES

from tests.journeys import open_world
from tests.loops import hold_in_english, sign

T = TypeVar("T")
CALLS = {(service.name, callee) for service in SERVICES for callee in service.calls}
EVENTS = {(source, consumer) for consumer, sources in CONSUMES.items() for source in sources}


@dataclass(frozen=True)
class Span:
    """One span of a trace as the query API tells it; `parent` is empty at the root."""

    id: str
    parent: str
    links: frozenset[str]
    service: str
    kind: str
    name: str


@dataclass
class Traces:
    """Reads traces by Jaeger's query API."""

    url: str

    def one(self, trace_id: str) -> list[Span]:
        """Return the trace's spans, none while it is not known."""
        try:
            return list(_spans(self._read(f"traces/{trace_id}")[0]))
        except urllib.error.HTTPError:
            return []

    def since(self, moment: float) -> list[list[Span]]:
        """Return every trace that began at the moment (seconds since 1970) or later."""
        found = self._read("traces", start=int(moment * 1e6), limit=100_000)
        return [list(_spans(trace)) for trace in found]

    def edges(self) -> set[tuple[str, str]]:
        """Return who was ever a parent of whose spans."""
        return {(edge["parent"], edge["child"]) for edge in self._read("dependencies")}

    def _read(self, path: str, **query: Any) -> list[Any]:
        with urllib.request.urlopen(f"{self.url}/api/{path}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
            return list(json.load(answer)["data"])


def _spans(trace: dict[str, Any]) -> Iterator[Span]:
    for span in trace["spans"]:
        references = [(each["refType"], each["spanID"]) for each in span["references"]]
        yield Span(
            id=span["spanID"],
            parent=next((id for kind, id in references if kind == "CHILD_OF"), ""),
            links=frozenset(id for kind, id in references if kind == "FOLLOWS_FROM"),
            service=trace["processes"][span["processID"]]["serviceName"],
            kind=next(str(tag["value"]) for tag in span["tags"] if tag["key"] == "span.kind"),
            name=span["operationName"],
        )


def eventually(read: Callable[[], T], good: Callable[[T], bool], seconds: float = 30) -> T:
    """Return what is read once it is good; spans arrive within a moment of their end."""
    deadline = time.monotonic() + seconds
    while not good(found := read()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


def gaps(trace: list[Span]) -> list[Span]:
    known = {span.id for span in trace}
    return [span for span in trace if span.parent and span.parent not in known]


def edges_into(traces: list[list[Span]], kind: str) -> set[tuple[str, str]]:
    """Return (parent's service, service) of the spans of one kind whose parent is another service's."""
    found = set()
    for trace in traces:
        services = {span.id: span.service for span in trace}
        found |= {(services.get(span.parent, ""), span.service) for span in trace if span.kind == kind}
    return {(parent, child) for parent, child in found if parent and parent != child}


@pytest.fixture(scope="module")
def traces(stack: StackUnderTest) -> Traces:
    return Traces(stack.traces_url)


def test_a_command_and_all_that_follows_from_it_are_one_trace(stack: StackUnderTest, traces: Traces) -> None:
    world = open_world(stack, locale="en", zone="Europe/Berlin", calendar="DE", clock_start="2026-09-29 09:00")
    # Once before, so that the request at hand finds its caller known.
    world.hr.get("/v1/me")
    world.hr.post("/v1/units", {"code": "traced", "name": "traced"})
    consumers = {consumer for source, consumer in EVENTS if source == "directory"}

    def whole(trace: list[Span]) -> bool:
        return {span.service for span in trace if span.kind == "consumer"} == consumers and not gaps(trace)

    trace = eventually(lambda: traces.one(world.hr.trace_id), whole)

    assert gaps(trace) == []
    by_name = {(span.service, span.kind, span.name): span for span in trace}
    method = "tandem.directory.v1.DirectoryService/CreateUnit"
    path = [
        ("gateway", "server", "POST /v1/units"),
        ("gateway", "client", method),
        ("directory", "server", method),
        ("directory", "producer", "create directory.unit.changed.v1"),
    ]
    assert by_name[path[0]].parent == ""
    for above, below in pairwise(path):
        assert by_name[below].parent == by_name[above].id, (above, below)
    assert by_name["directory", "client", "command directory"].parent == by_name[path[2]].id
    created = by_name[path[-1]].id
    sent = by_name["directory", "client", "send directory.unit.changed.v1"]
    processed = [span for span in trace if span.kind == "consumer"]
    assert {span.name for span in processed} == {"process directory.unit.changed.v1"}
    assert {span.service for span in processed} == consumers
    assert all(span.parent == created and span.links == {created} for span in (sent, *processed))
    for span in processed:
        reaction = by_name[span.service, "client", f"reaction {span.service.replace('-', '_')}"]
        assert reaction.parent == span.id


def test_services_call_whom_they_may_and_hear_whom_they_listen_to(stack: StackUnderTest, traces: Traces) -> None:
    began = time.time()
    case = hold_in_english(stack)
    sign(case).archived_items(1)
    case.hrbp.get("/v1/messages")
    case.world.hr.get("/v1/compliance")

    def complete(found: list[list[Span]]) -> bool:
        return edges_into(found, "server") >= CALLS and not any(gaps(trace) for trace in found)

    found = eventually(lambda: traces.since(began), complete, seconds=60)

    assert [span for trace in found for span in gaps(trace)] == []
    assert edges_into(found, "server") == CALLS
    heard = edges_into(found, "consumer")
    # That somebody has accepted what was archived is no part of this journey.
    assert heard == EVENTS - {("notification", "interview-record")}
    # Over everything that has run on this stack so far.
    assert traces.edges() <= CALLS | EVENTS
