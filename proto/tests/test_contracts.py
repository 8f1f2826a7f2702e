"""What no linter says of the contracts: rules compile, events are told apart and carry no words about people."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import protovalidate
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FileDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from tandem.common.v1 import options_pb2

ROOT = Path(__file__).parents[1]
READS = ("Get", "List", "Find", "Resolve", "Suggest", "Preview", "Check", "Count", "Diff", "Summarize")
# FindShortfalls writes what it finds; ResolveBlocker ends a blocker.
COMMANDS_NAMED_LIKE_READS = {"FindShortfalls", "ResolveBlocker"}
WORDS_ABOUT_PEOPLE = {"name", "text", "note", "mail", "post", "action", "core_goal", "place", "body", "title"}


def _files() -> Iterator[FileDescriptor]:
    for path in sorted((ROOT / "tandem").rglob("*.proto")):
        yield import_module(".".join(path.relative_to(ROOT).with_suffix("").parts) + "_pb2").DESCRIPTOR


def _messages() -> list[Descriptor]:
    return [message for file in _files() for message in file.message_types_by_name.values()]


def _methods() -> list[MethodDescriptor]:
    return [method for file in _files() for service in file.services_by_name.values() for method in service.methods]


def _event_type(message: Descriptor) -> str:
    return str(message.GetOptions().Extensions[options_pb2.event_type])


def _reachable(message: Descriptor, seen: set[str]) -> Iterator[Descriptor]:
    if message.full_name not in seen:
        seen.add(message.full_name)
        yield message
        for field in message.fields:
            if field.message_type is not None:
                yield from _reachable(field.message_type, seen)


@pytest.mark.parametrize("method", _methods(), ids=lambda method: method.full_name)
def test_the_rules_of_every_request_compile(method: MethodDescriptor) -> None:
    protovalidate.collect_violations(message_factory.GetMessageClass(method.input_type)())


@pytest.mark.parametrize("method", _methods(), ids=lambda method: method.full_name)
def test_reads_and_only_reads_are_marked_free_of_side_effects(method: MethodDescriptor) -> None:
    reads = method.name.startswith(READS) and method.name not in COMMANDS_NAMED_LIKE_READS
    marked = method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    assert marked == reads


def test_a_service_gives_each_of_its_events_a_name_of_its_own() -> None:
    names = Counter((message.file.package, _event_type(message)) for message in _messages() if _event_type(message))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_event_carries_a_name_or_a_text_about_a_person() -> None:
    events = [message for message in _messages() if _event_type(message)]
    fields = {
        field.full_name
        for event in events
        for part in _reachable(event, set())
        for field in part.fields
        if field.name in WORDS_ABOUT_PEOPLE
    }
    assert fields == set()


def test_every_list_can_be_paged_or_says_its_bound() -> None:
    bounded = {"ListManagerLine", "ListIssuers", "ListCalendarDays", "ListForms", "ListStepRates"}
    lists = [method for method in _methods() if method.name.startswith("List") and method.name not in bounded]
    for method in lists:
        assert "page_token" in method.input_type.fields_by_name, method.full_name
        assert "next_page_token" in method.output_type.fields_by_name, method.full_name
