"""Traces in the JSON of Jaeger's query API, so that whoever reads it reads real Jaeger too."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from devstack.traces.ring import Ring, Trace
from devstack.traces.spans import Span

LIMIT = 20
_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000}


def answer(data: list[Any]) -> dict[str, Any]:
    """Return a list as Jaeger wraps it."""
    return {"data": data, "total": len(data), "limit": 0, "offset": 0, "errors": None}


def services(ring: Ring) -> list[str]:
    """Return the names of all services that sent spans."""
    return sorted(ring.operations())


def operations(ring: Ring, service: str) -> list[dict[str, str]]:
    """Return the names and kinds of a service's spans."""
    return [{"name": name, "spanKind": kind} for name, kind in sorted(ring.operations().get(service, ()))]


def dependencies(ring: Ring) -> list[dict[str, Any]]:
    """Return who called whom, and how often."""
    return [{"parent": edge[0], "child": edge[1], "callCount": count} for edge, count in sorted(ring.edges().items())]


def search(ring: Ring, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the newest traces that fit, as `/api/traces` does.

    Of the query: `service`, `operation` and `tags` (a JSON object) must fit one span; `start` and `end` (microseconds)
    bound the trace's start, `minDuration` and `maxDuration` (`20ms`) its length. Raises ValueError.
    """
    return [as_json(trace) for trace in ring.newest(_fits(query), int(query.get("limit") or LIMIT))]


def as_json(trace: Trace) -> dict[str, Any]:
    """Return one trace; each process of it is named once."""
    processes: dict[str, dict[str, Any]] = {}
    ids: dict[str, str] = {}
    spans = []
    for span in trace:
        facts = {"serviceName": span.service, "tags": _tags(span.resource)}
        key = ids.setdefault(json.dumps(facts, sort_keys=True), f"p{len(ids) + 1}")
        processes[key] = facts
        spans.append(_span(span, key))
    return {"traceID": trace[0].trace_id, "spans": spans, "processes": processes, "warnings": None}


def _fits(query: Mapping[str, str]) -> Callable[[Trace], bool]:
    service, operation = query.get("service"), query.get("operation")
    tags: dict[str, str] = json.loads(query.get("tags") or "{}")
    start, end = int(query.get("start") or 0), int(query.get("end") or 1 << 62)
    shortest, longest = _duration(query.get("minDuration") or "0us"), _duration(query.get("maxDuration") or "1e9s")

    def one(span: Span) -> bool:
        shown = {tag["key"]: str(tag["value"]).lower() for tag in _span_tags(span)} if tags else {}
        return (
            service in (None, "", span.service)
            and operation in (None, "", "all", span.name)
            and all(shown.get(key) == str(value).lower() for key, value in tags.items())
        )

    def whole(trace: Trace) -> bool:
        length = (max(span.end for span in trace) - trace[0].start) // 1000
        begins = start <= trace[0].start // 1000 <= end
        return begins and shortest <= length <= longest and any(one(span) for span in trace)

    return whole


def _duration(text: str) -> float:
    """Return microseconds."""
    unit = next((each for each in _UNITS if text.endswith(each)), None)
    if unit is None:
        raise ValueError("a duration ends with us, ms or s")
    return float(text.removesuffix(unit)) * _UNITS[unit]


def _span(span: Span, process: str) -> dict[str, Any]:
    references = [("CHILD_OF", span.trace_id, span.parent_id)] if span.parent_id else []
    references += [("FOLLOWS_FROM", *link) for link in span.links]
    return {
        "traceID": span.trace_id,
        "spanID": span.span_id,
        "operationName": span.name,
        "references": [{"refType": kind, "traceID": trace, "spanID": id} for kind, trace, id in references],
        "startTime": span.start // 1000,
        "duration": (span.end - span.start) // 1000,
        "tags": _span_tags(span),
        "logs": [
            {"timestamp": each.at // 1000, "fields": _tags({"event": each.name, **each.attributes})}
            for each in span.moments
        ],
        "processID": process,
        "warnings": None,
    }


def _span_tags(span: Span) -> list[dict[str, Any]]:
    more: dict[str, Any] = {"span.kind": span.kind}
    if span.failed:
        more |= {"error": True, "otel.status_code": "ERROR"}
    if span.status:
        more["otel.status_description"] = span.status
    return _tags(span.attributes | more)


def _tags(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, **_typed(value)} for key, value in attributes.items()]


def _typed(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"type": "bool", "value": value}
        case int():
            return {"type": "int64", "value": value}
        case float():
            return {"type": "float64", "value": value}
        case str():
            return {"type": "string", "value": value}
        case _:
            return {"type": "string", "value": json.dumps(value)}
