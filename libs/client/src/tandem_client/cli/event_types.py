"""Which contract an event's bytes are of: the one use the command line makes of the internal contracts."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

_MODULES = (
    "directory.v1.events_pb2",
    "scheduling.v1.events_pb2",
    "interview_record.v1.events_pb2",
    "plan_tracking.v1.events_pb2",
    "notification.v1.events_pb2",
    "common.v1.steps_pb2",
    "common.v1.snapshot_pb2",
)


def readable(event_type: str, payload: bytes) -> dict[str, Any] | None:
    """Return an event's content as proto-JSON, or None for a type (`service.aggregate.name.v1`) not known here."""
    from google.protobuf.json_format import MessageToDict

    message = _types().get(event_type.partition(".")[2].removesuffix(".v1"))
    if message is None:
        return None
    return dict(MessageToDict(message.FromString(payload), preserving_proto_field_name=True))


@cache
def _types() -> dict[str, Any]:
    from google.protobuf.message_factory import GetMessageClass
    from tandem.common.v1.options_pb2 import event_type

    found: dict[str, Any] = {}
    for module in _MODULES:
        file = import_module(f"tandem.{module}").DESCRIPTOR
        for descriptor in file.message_types_by_name.values():
            if declared := descriptor.GetOptions().Extensions[event_type]:
                found[declared] = GetMessageClass(descriptor)
    return found
