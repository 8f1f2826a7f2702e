"""The part of the operators' objects that the chart uses, closed: a field that is not here is a mistake.

Kubernetes' own schemas do not know these kinds, and a cluster drops their unknown fields without a word.
"""

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "minItems": 1, "items": _TEXT}
_LABELS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_DURATION: Schema = {"type": "string", "pattern": "^([0-9]+(ms|[smhdwy]))+$"}
_PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}


def _closed(required: str = "", **properties: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": items}


def _object(api_version: str, kind: str, spec: Schema) -> Schema:
    return _closed(
        "apiVersion kind metadata spec",
        apiVersion={"const": api_version},
        kind={"const": kind},
        metadata=_closed("name", name=_TEXT, namespace=_TEXT, labels=_LABELS, annotations=_LABELS),
        spec=spec,
    )


_HTTP_ROUTE = _closed(
    "parentRefs hostnames rules",
    parentRefs=_list(
        _closed("name", group=_TEXT, kind=_TEXT, name=_TEXT, namespace=_TEXT, sectionName=_TEXT, port=_PORT)
    ),
    hostnames=_TEXTS,
    rules=_list(
        _closed(
            "matches backendRefs",
            matches=_list(
                _closed(
                    "path",
                    path=_closed(
                        "type value", type={"enum": ["Exact", "PathPrefix", "RegularExpression"]}, value=_TEXT
                    ),
                )
            ),
            backendRefs=_list(_closed("name port", name=_TEXT, port=_PORT)),
        )
    ),
)
_SERVICE_MONITOR = _closed(
    "selector endpoints",
    namespaceSelector=_closed("matchNames", matchNames=_TEXTS),
    selector=_closed("matchLabels", matchLabels=_LABELS),
    endpoints=_list(
        _closed(
            "port",
            port=_TEXT,
            path=_TEXT,
            interval=_DURATION,
            honorLabels={"type": "boolean"},
            relabelings=_list(
                _closed("sourceLabels targetLabel", sourceLabels=_TEXTS, separator=_TEXT, targetLabel=_TEXT)
            ),
        )
    ),
)
_ALERT = _closed(
    "alert expr annotations",
    alert=_TEXT,
    expr=_TEXT,
    labels=_LABELS,
    annotations=_LABELS,
    keep_firing_for=_DURATION,
    **{"for": _DURATION},
)
_RECORDING = _closed(
    "record expr", record={"type": "string", "pattern": "^[a-z][a-z0-9_:]*$"}, expr=_TEXT, labels=_LABELS
)
_PROMETHEUS_RULE = _closed(
    "groups",
    groups=_list(_closed("name rules", name=_TEXT, interval=_DURATION, rules=_list({"oneOf": [_ALERT, _RECORDING]}))),
)

OPERATORS: dict[tuple[str, str], Schema] = {
    ("gateway.networking.k8s.io/v1", "HTTPRoute"): _object("gateway.networking.k8s.io/v1", "HTTPRoute", _HTTP_ROUTE),
    ("monitoring.coreos.com/v1", "PrometheusRule"): _object(
        "monitoring.coreos.com/v1", "PrometheusRule", _PROMETHEUS_RULE
    ),
    ("monitoring.coreos.com/v1", "ServiceMonitor"): _object(
        "monitoring.coreos.com/v1", "ServiceMonitor", _SERVICE_MONITOR
    ),
}
