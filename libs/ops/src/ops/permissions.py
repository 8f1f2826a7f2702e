"""Users and permissions of the broker: one user per service, each speaking only under its own name."""

from collections.abc import Callable
from typing import Any

from common.streams import ADVISORIES, partitions

from ops.topology import BY_NAME, SERVICES, ServiceSpec

ADMIN = "admin"
TAIL = "tail"
CLOCK_BUCKET = "clock"
# Who may move a tenant's business clock, and ask the others whether they have come to rest.
CLOCK_WRITERS = ("directory",)


def users(password_of: Callable[[str], str], consumer_partitions: int = 1) -> list[dict[str, Any]]:
    """Return the broker's users as its configuration wants them: the services, `tail` and `admin`."""
    found = [{"user": service.name, **permissions(service, consumer_partitions)} for service in SERVICES]
    found += [{"user": TAIL, **_tail_permissions()}, {"user": ADMIN}]
    return [{**user, "password": password_of(user["user"])} for user in found]


def permissions(service: ServiceSpec, consumer_partitions: int = 1) -> dict[str, Any]:
    """Return what the service's user may publish and hear: its own events, wake-ups, hints and durables."""
    name = service.name
    publish = [f"{name}.>", f"wake.{name}", f"hint.{name}.>", f"$JS.API.STREAM.INFO.{name}"]
    # What it has said, so that its relay finds what the broker lost.
    publish += [f"$JS.API.STREAM.MSG.GET.{name}"]
    for source in service.consumes:
        publish += _looking(source)
        # A part of a name cannot be left open, so every partition's durable is named.
        for part in partitions(consumer_partitions):
            publish += _reading(source, part.durable(name))
    if service.consumes:
        publish += [*_looking(ADVISORIES), *_reading(ADVISORIES, name)]
    publish += [
        f"$JS.API.STREAM.INFO.KV_{CLOCK_BUCKET}",
        f"$JS.API.STREAM.MSG.GET.KV_{CLOCK_BUCKET}",
        f"$JS.API.DIRECT.GET.KV_{CLOCK_BUCKET}.>",
        f"$JS.API.CONSUMER.CREATE.KV_{CLOCK_BUCKET}",
        f"$JS.API.CONSUMER.CREATE.KV_{CLOCK_BUCKET}.>",
        f"$JS.API.CONSUMER.INFO.KV_{CLOCK_BUCKET}.>",
        f"$JS.FC.KV_{CLOCK_BUCKET}.>",
    ]
    publish += [f"$KV.{CLOCK_BUCKET}.>", "quiet.*"] if name in CLOCK_WRITERS else []
    # An inbox of its own: on a shared one every user could read the others' deliveries.
    subscribe = [f"_INBOX.{name}.>", f"wake.{name}", f"quiet.{name}"]
    subscribe += ["hint.>"] if name == "gateway" else []
    answers = {"max": 1, "expires": "5s"}
    return {
        "permissions": {"publish": {"allow": publish}, "subscribe": {"allow": subscribe}, "allow_responses": answers}
    }


def _looking(stream: str) -> list[str]:
    return [
        f"$JS.API.STREAM.INFO.{stream}",
        f"$JS.API.STREAM.MSG.GET.{stream}",
        f"$JS.API.DIRECT.GET.{stream}",
        f"$JS.API.DIRECT.GET.{stream}.>",
    ]


def _reading(stream: str, durable: str) -> list[str]:
    return [
        f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
    ]


def _tail_permissions() -> dict[str, Any]:
    reads = ["STREAM.NAMES", "STREAM.LIST", "STREAM.INFO.*", "CONSUMER.CREATE.>", "CONSUMER.INFO.>"]
    publish = [*(f"$JS.API.{call}" for call in reads), "$JS.API.CONSUMER.MSG.NEXT.>", "$JS.FC.>"]
    return {"permissions": {"publish": {"allow": publish}, "subscribe": {"allow": [f"_INBOX.{TAIL}.>"]}}}


def inbox_prefix(user: str) -> str:
    """Return the reply prefix that the user must connect with."""
    return f"_INBOX.{user}" if user in BY_NAME or user == TAIL else "_INBOX"
