"""Writes what the documents say of the code from the code: the tables between `<!-- generated: NAME -->` marks.

`make docs` writes them; `tests/unit/test_documents.py` fails where a table and the code have come apart.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from common.events import EventType, event_type_of
from common.instruments import REGISTRY
from common.streams import CONSUMES, PUBLISHERS
from fastapi.routing import APIRoute
from gateway.routes import RESOURCES
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from metrics.events import STEP_OWNERS
from ops.broker_configuration import broker_users
from ops.topology import SERVICES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("deploy/helm/README.md", "README.md", "docs/events.md", "docs/telemetry.md", "docs/runbooks/README.md")
_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Write every table anew; say which documents changed."""
    for name in (*DOCUMENTS, *FILES):
        path = ROOT / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = FILES[name]() if name in FILES else refreshed(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{name} written\n")


def refreshed(document: str) -> str:
    """Return the document with every generated table as the code has it now."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", document)


def resources() -> str:
    """Return the table of every REST resource with its operations, in the order of the documentation."""
    rows = []
    for resource in RESOURCES:
        routes = [route for route in resource.routes if isinstance(route, APIRoute)]
        operations = [f"`{operation}`" for route in routes for operation in _operations(resource.prefix, route)]
        rows.append((f"`{resource.prefix}`", str(resource.tags[0]), " · ".join(operations)))
    return _table(("resource", "area", "operations"), rows)


def services() -> str:
    """Return the table of services: what each is for, whose events it takes, whom it calls."""
    rows = []
    for service in SERVICES:
        summary = (import_module(service.package).__doc__ or "").strip().splitlines()[0].rstrip(".")
        published = [each for each in _aggregates(service.name) if each != "step"]
        rows.append(
            (
                f"`{service.name}`",
                summary,
                ", ".join(f"`{each}.*`" for each in published) or "–",
                ", ".join(CONSUMES.get(service.name, ())) or "–",
                ", ".join(service.calls) or "–",
            )
        )
    return _table(("service", "what it is for", "publishes", "listens to", "calls"), rows)


def events() -> str:
    """Return the table of every event: its facts and who takes it."""
    takers = _takers()
    rows = []
    for service in PUBLISHERS:
        for message in _events_of(service):
            kind = event_type_of(message)
            rows.append((f"`{service}.{kind}`", _fields(message.DESCRIPTOR), ", ".join(takers[f"{service}.{kind}"])))
    return _table(("event", "holds", "taken by"), rows)


def facts() -> str:
    """Return the table of what events hold whole: the state of an object under one name."""
    used = {
        field.message_type.full_name: field.message_type
        for service in PUBLISHERS
        for message in _events_of(service)
        for field in message.DESCRIPTOR.fields
        if _is_ours(field)
    }
    return _table(("facts", "fields"), ((f"`{each.name}`", _fields(each)) for each in used.values()))


def steps() -> str:
    """Return the table of the ledger's own events, which every service that owns a step publishes."""
    takers = _takers()
    rows = []
    for message in _messages("tandem.common.v1.steps_pb2"):
        kind = event_type_of(message)
        by = {taker for owner in STEP_OWNERS for taker in takers[f"{owner}.{kind}"]}
        rows.append((f"`<service>.{kind}`", _fields(message.DESCRIPTOR), ", ".join(sorted(by))))
    return _table(("event", "holds", "taken by"), rows)


def alerts() -> str:
    """Return the table of every alert: how bad it is, what it says, its runbook."""
    rows: dict[str, tuple[str, str, str]] = {}
    for path in sorted((ROOT / "deploy" / "helm" / "rules").glob("*/*.yaml")):
        for rule in (rule for group in yaml.safe_load(path.read_text("utf-8"))["groups"] for rule in group["rules"]):
            if name := rule.get("alert"):
                severity = rule["labels"]["severity"]
                known = rows.get(name)
                severity = f"{known[1]}, {severity}" if known else severity
                rows[name] = (f"[{name}]({name}.md)", severity, rule["annotations"]["summary"])
    return _table(("alert", "severity", "what it says"), rows.values())


def chart_values() -> str:
    """Return the table of every value of the Helm chart: its default and what it is for."""
    chart = ROOT / "deploy" / "helm"
    schema = json.loads((chart / "values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load((chart / "values.yaml").read_text(encoding="utf-8"))
    return _table(("value", "default", "what it is for"), _values(schema, values, schema["definitions"], ""))


def instruments() -> str:
    """Return the table of every instrument: its name, there and in Prometheus, its attributes, and what it says."""
    rows = []
    for each in REGISTRY:
        exposed = each.series[0] if len(each.series) == 1 else each.exposed_name
        attributes = ", ".join(f"`{name}`" for name in each.attributes) or "–"
        kind = type(each).__name__.removeprefix("Observed").lower() or "gauge"
        rows.append((f"`{each.name}`<br>`{exposed}`", f"{kind}, {each.unit.strip('{}')}", attributes, each.description))
    return _table(("instrument, in Prometheus", "kind, unit", "attributes", "what it says"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "alerts": alerts,
    "chart_values": chart_values,
    "resources": resources,
    "services": services,
    "events": events,
    "instruments": instruments,
    "facts": facts,
    "steps": steps,
}
FILES: dict[str, Callable[[], str]] = {"deploy/helm/files/broker-users.conf": broker_users}


def _operations(prefix: str, route: APIRoute) -> Iterator[str]:
    rest = route.path.removeprefix(prefix)
    yield from (f"{method} {rest}".strip() for method in sorted(route.methods - {"HEAD"}))


def _aggregates(service: str) -> list[str]:
    found: dict[str, None] = {event_type_of(message).aggregate: None for message in _events_of(service)}
    return list(found)


def _events_of(service: str) -> list[type[Message]]:
    return _messages(f"tandem.{service.replace('-', '_')}.v1.events_pb2") if service in PUBLISHERS else []


def _messages(module: str) -> list[type[Message]]:
    described: Iterable[Descriptor] = import_module(module).DESCRIPTOR.message_types_by_name.values()
    return [message for message in map(GetMessageClass, described) if _type_of(message)]


def _type_of(message: type[Message]) -> EventType | None:
    try:
        return event_type_of(message)
    except TypeError:
        return None


def _fields(described: Descriptor) -> str:
    return ", ".join(
        f"`{field.name}`" + (f" ({field.message_type.name})" if _is_ours(field) else "") for field in described.fields
    )


def _is_ours(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.full_name.startswith("tandem.")


def _takers() -> dict[str, list[str]]:
    takers: dict[str, list[str]] = defaultdict(list)
    for service in SERVICES:
        if service.consumes:
            for reaction in import_module(f"{service.package}.reactions").REACTIONS:
                for source in reaction.sources:
                    takers[f"{source}.{event_type_of(reaction.message)}"].append(service.name)
    return takers


def _values(part: dict[str, Any], value: Any, definitions: dict[str, Any], path: str) -> Iterator[tuple[str, ...]]:
    if reference := part.get("$ref", "").rpartition("/")[2]:
        part = definitions[reference]
    # A service's own keys are those of `defaults`, which are listed once.
    inner = {} if path == "services" else part.get("properties", {})
    if inner:
        if "description" in part:
            yield (f"**{path}**", "", f"**{part['description']}**")
        for name in sorted(inner):
            yield from _values(inner[name], (value or {}).get(name), definitions, f"{path}.{name}".lstrip("."))
        return
    shown = json.dumps(value, ensure_ascii=False)
    yield (f"`{path}`", f"`{shown}`" if len(shown) <= 60 else "see values.yaml", part["description"])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    main()
