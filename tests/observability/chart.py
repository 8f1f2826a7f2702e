"""What the chart brings to watch Tandem with, as the tests look at it: rules, dashboards, what queries name."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import promql_parser
import yaml

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "helm" / "rules"
DASHBOARDS = ROOT / "deploy" / "helm" / "dashboards"
RUNBOOKS = ROOT / "docs" / "runbooks"
# Grafana replaces these before Prometheus sees the query; here each stands for a value of its kind.
_VARIABLES = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "6h"}


@dataclass
class Named:
    """What one query names: each selector's metric with the labels it matches by, the labels it groups by and makes."""

    selectors: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    grouped: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)


def rule_files() -> list[Path]:
    """Return every rule file."""
    return sorted(RULES.glob("*/*.yaml"))


def rules(path: Path | None = None) -> list[dict[str, Any]]:
    """Return the rules of one file, or of all."""
    return [
        rule
        for each in ([path] if path else rule_files())
        for group in yaml.safe_load(each.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]


def alerts() -> list[dict[str, Any]]:
    """Return every alerting rule; an SLO has two of one name."""
    return [rule for rule in rules() if "alert" in rule]


def dashboards() -> dict[str, dict[str, Any]]:
    """Return every dashboard by the name of its file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DASHBOARDS.glob("*.json"))}


def panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every panel that shows something, also those in folded rows."""
    for panel in dashboard["panels"]:
        yield from panels(panel) if panel.get("panels") else ()
        if panel["type"] != "row":
            yield panel


def queries(dashboard: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the PromQL of every panel with the panel's title, and of every variable."""
    for panel in panels(dashboard):
        for target in panel.get("targets", ()):
            yield panel["title"], as_prometheus_sees(target["expr"])
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            found = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
            assert found is not None, f"{variable['name']} asks for something else than label values"
            yield variable["name"], f"count by ({found[2]}) ({as_prometheus_sees(found[1])})"


def as_prometheus_sees(query: str) -> str:
    """Return the query with Grafana's variables replaced."""
    for name, value in _VARIABLES.items():
        query = query.replace(name, value)
    return re.sub(r"\$\{?\w+\}?", ".*", query)


def named(query: str) -> Named:
    """Return what the query names; raises ValueError where it is no PromQL."""
    found = Named()

    def visit(node: promql_parser.Expr) -> None:
        match node:
            case promql_parser.VectorSelector():
                found.selectors.append((node.name or "", {each.name: each.value for each in node.matchers.matchers}))
            case promql_parser.MatrixSelector():
                pass
            case promql_parser.AggregateExpr() if node.modifier:
                found.grouped |= set(node.modifier.labels)
            case promql_parser.BinaryExpr() if node.modifier and node.modifier.matching:
                found.grouped |= {*node.modifier.matching.labels, *(node.modifier.group_labels or ())}
            case promql_parser.Call() if node.func.name == "label_replace":
                found.made.add(node.args[1].val)
                found.grouped.add(node.args[3].val)

    promql_parser.walk(promql_parser.parse(query), visit)
    return found
