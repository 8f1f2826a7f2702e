"""Turns `slos.yaml` into Prometheus rules: error ratios over eight windows, what is left of the budget, alerts.

Recordings and windows are those of the SRE workbook, named as sloth names them, so that its dashboards fit too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HOUR = 3600
# Each window and its seconds.
WINDOWS = {
    "5m": 300,
    "30m": HOUR // 2,
    "1h": HOUR,
    "2h": 2 * HOUR,
    "6h": 6 * HOUR,
    "1d": 24 * HOUR,
    "3d": 72 * HOUR,
}
PERIOD = "30d"
# Short window, long window, and how many times faster than allowed the budget burns in both.
BURNS = {"critical": (("5m", "1h", 14.4), ("30m", "6h", 6)), "warning": (("2h", "1d", 3), ("6h", "3d", 1))}
Rule = dict[str, Any]


@dataclass(frozen=True)
class Slo:
    """One promise: `objective` in percent; `total` and one of `good` and `bad` select counters."""

    name: str
    objective: float
    promise: str
    impact: str
    total: str
    minimum: int
    good: str = ""
    bad: str = ""

    @property
    def budget(self) -> float:
        """Return the share of events that may be bad."""
        return round(1 - self.objective / 100, 6)

    @property
    def alert(self) -> str:
        """Return the name of the promise's alert."""
        return "TandemSlo" + "".join(word.title() for word in self.name.split("-"))

    def recorded(self, series: str) -> str:
        """Return the selector of a recorded series of this promise."""
        return f'{series}{{slo="{self.name}"}}'


def load(path: Path) -> list[Slo]:
    """Return every promise on the page."""
    return [Slo(name, **facts) for name, facts in yaml.safe_load(path.read_text(encoding="utf-8"))["slos"].items()]


def rule_file(slo: Slo) -> dict[str, Any]:
    """Return the promise's rule file: its recordings, then its alert in both severities."""
    alerts = [_alert(slo, severity) for severity in BURNS]
    return {
        "groups": [
            {"name": f"tandem-slo-{slo.name}", "rules": [*_recordings(slo), *alerts]},
        ]
    }


def _recordings(slo: Slo) -> Iterator[Rule]:
    for window in WINDOWS:
        total, bad = (slo.recorded(f"slo:sli_{kind}:rate{window}") for kind in ("total", "bad"))
        yield _recording(slo, f"slo:sli_total:rate{window}", _rate(slo.total, window))
        yield _recording(slo, f"slo:sli_bad:rate{window}", _bad(slo, window, total))
        yield _recording(slo, f"slo:sli_error:ratio_rate{window}", f"{bad} / {total}")
    # Weighed by traffic, and far cheaper than reading every counter for 30 days.
    bad, total = (f"sum_over_time({slo.recorded(f'slo:sli_{kind}:rate5m')}[{PERIOD}])" for kind in ("bad", "total"))
    yield _recording(slo, f"slo:sli_error:ratio_rate{PERIOD}", f"{bad} / {total}")
    yield _recording(slo, "slo:objective:ratio", f"vector({1 - slo.budget:g})")
    burned = slo.recorded("slo:sli_error:ratio_rate5m")
    yield _recording(slo, "slo:current_burn_rate:ratio", f"{burned} / {slo.budget:g}")
    spent = slo.recorded(f"slo:sli_error:ratio_rate{PERIOD}")
    yield _recording(slo, "slo:period_error_budget_remaining:ratio", f"1 - {spent} / {slo.budget:g}")


def _recording(slo: Slo, record: str, expr: str) -> Rule:
    return {"record": record, "expr": expr, "labels": {"slo": slo.name}}


def _rate(selector: str, window: str) -> str:
    """Sum a counter's rate over an installation, with whose namespace an instance's id begins."""
    rate = f"rate({selector}[{window}])"
    return f'sum by (namespace) (label_replace({rate}, "namespace", "$1", "service_instance_id", "([^.]+)[.].+"))'


def _bad(slo: Slo, window: str, total: str) -> str:
    """Return the rate of bad events; a counter that never counted has no series yet and means none."""
    none = f"or on (namespace) {total} * 0"
    if slo.bad:
        return f"{_rate(slo.bad, window)} {none}"
    return f"{total} - on (namespace) ({_rate(slo.good, window)} {none})"


def _alert(slo: Slo, severity: str) -> Rule:
    burns = " or ".join(f"({_burning(slo, *burn)})" for burn in BURNS[severity])
    return {
        "alert": slo.alert,
        "expr": burns,
        "labels": {"severity": severity},
        "annotations": {
            "summary": f"Promise at risk: {slo.promise}",
            "description": f"{{{{ $value | humanizePercentage }}}} of the latest events were bad, "
            f"{slo.budget * 100:g} % may be. {slo.impact}",
            "runbook_url": f"docs/runbooks/{slo.alert}.md",
        },
    }


def _burning(slo: Slo, short: str, long: str, factor: float) -> str:
    limit = f"{factor * slo.budget:g}"
    bad_events = f"{slo.recorded(f'slo:sli_bad:rate{long}')} * {WINDOWS[long]}"
    return (
        f"{slo.recorded(f'slo:sli_error:ratio_rate{short}')} > {limit}"
        f" and {slo.recorded(f'slo:sli_error:ratio_rate{long}')} > {limit}"
        f" and {bad_events} >= {slo.minimum}"
    )
