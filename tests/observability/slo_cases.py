"""Promtool's tests of the promises: installations side by side, of which one is in ruins, one sinks, two are well."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from deploy.monitoring import slos
from tests.observability.chart import ROOT, RULES

PAGE = slos.load(ROOT / "deploy" / "monitoring" / "slos.yaml")
HOUR = 60
HOURS = 4
# Of each promise that counts good and bad events apart: the labels of either.
EVENTS = {
    "gateway-availability": (
        'service_name="gateway", http_response_status_code="201"',
        'service_name="gateway", http_response_status_code="503"',
    ),
    "binding-writes": (
        'service_name="plan-tracking", rpc_method="p.S/SignPlan", rpc_response_status_code="FAILED_PRECONDITION"',
        'service_name="plan-tracking", rpc_method="p.S/SignPlan", error_type="UNAVAILABLE"',
    ),
    "notification-delivery": (
        'service_name="notification", outcome="taken"',
        'service_name="notification", outcome="unreachable"',
    ),
}


def cases() -> Iterator[dict[str, Any]]:
    """Yield a test document of promtool for each promise."""
    for slo in PAGE:
        case = {"name": slo.name, "interval": "1m", "input_series": _series(slo), "promql_expr_test": _checks(slo)}
        rules = str(RULES / "slo" / f"{slo.name}.yaml")
        yield {"rule_files": [rules], "evaluation_interval": "5m", "tests": [case]}


def _series(slo: slos.Slo) -> list[dict[str, str]]:
    """Return the counters of four installations, from events a minute."""
    allowed, steady = slo.budget * 10_000, [10_000.0] * HOUR * HOURS
    ruined = [float(HOUR <= minute < 3 * HOUR) * 5_000 for minute in range(HOUR * HOURS)]
    a_few = [float(minute == HOUR) * (slo.minimum - 1) for minute in range(HOUR * HOURS)]
    return [
        *_counters(slo, "ruined", steady, ruined),
        *_counters(slo, "sinking", steady, [2 * allowed] * len(steady)),
        *_counters(slo, "sound", steady, [allowed / 2] * len(steady)),
        *_counters(slo, "asleep", a_few, a_few),
    ]


def _counters(slo: slos.Slo, installation: str, events: Sequence[float], bad: Sequence[float]) -> list[dict[str, str]]:
    good = [every - each for every, each in zip(events, bad, strict=True)]
    instance = f'service_instance_id="{installation}.pod-1.container"'
    if slo.name in EVENTS:
        name = slo.total.partition("{")[0]
        of_good, of_bad = EVENTS[slo.name]
        return [_counter(f"{name}{{{of_good}, {instance}}}", good), _counter(f"{name}{{{of_bad}, {instance}}}", bad)]
    # A histogram: all events, and those that stayed within the limit.
    selectors = (slo.total if "{" in slo.total else f"{slo.total}{{}}", slo.good)
    return [
        _counter(selector.replace("{", f"{{{instance}, ").replace(", }", "}"), values)
        for selector, values in zip(selectors, (events, good), strict=True)
    ]


def _counter(series: str, by_minute: Sequence[float]) -> dict[str, str]:
    return {"series": series, "values": " ".join(f"{total:.0f}" for total in accumulate(by_minute))}


def _checks(slo: slos.Slo) -> list[dict[str, Any]]:
    """Both severities while it lasts; the milder one when it is over; of those that are well, nothing ever."""
    of_the_sound = f'ALERTS{{alertname="{slo.alert}", namespace=~"sound|asleep"}}'
    return [
        *({"expr": of_the_sound, "eval_time": at, "exp_samples": []} for at in ("60m", "65m", "170m", "230m")),
        _check(slo, "59m", {"warning": ["sinking"]}),
        _check(slo, "170m", {"critical": ["ruined"], "warning": ["ruined", "sinking"]}),
        _check(slo, "230m", {"warning": ["ruined", "sinking"]}),
    ]


def _check(slo: slos.Slo, at: str, firing: dict[str, list[str]]) -> dict[str, Any]:
    of_alert = f'alertname="{slo.alert}", alertstate="firing"'
    labels = [
        f'ALERTS{{{of_alert}, namespace="{each}", slo="{slo.name}", severity="{severity}"}}'
        for severity, installations in firing.items()
        for each in installations
    ]
    return {
        "expr": f"ALERTS{{{of_alert}}}",
        "eval_time": at,
        "exp_samples": [{"labels": each, "value": 1} for each in labels],
    }
