"""What was promised, what is left of it, and how fast it goes."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.monitoring.board import Panels, board, promises
from deploy.monitoring.panels import HALF, QUARTER, Query, stat, timeseries

_BUDGET = '(1 - slo:objective:ratio{slo=~"$slo"})'
_CHOSEN = 'namespace=~"$namespace", slo=~"$slo"'

_NOW: Panels = [
    stat(
        "Objective",
        "percentunit",
        Query('max by (slo) (slo:objective:ratio{slo=~"$slo"})', "{{slo}}"),
        about="Share of events that must be good.",
    ),
    stat(
        "Good in 30 days",
        "percentunit",
        Query(f"1 - max by (slo) (slo:sli_error:ratio_rate30d{{{_CHOSEN}}})", "{{slo}}"),
        about="Share of events that were good.",
    ),
    stat(
        "Budget left",
        "percentunit",
        Query(f"min by (slo) (slo:period_error_budget_remaining:ratio{{{_CHOSEN}}})", "{{slo}}"),
        about="What may still fail this month. Little left: no risky releases.",
        limits=(0, 0.25),
        falling=True,
    ),
    stat(
        "Burn rate",
        "short",
        Query(f"max by (slo) (slo:current_burn_rate:ratio{{{_CHOSEN}}})", "{{slo}}"),
        about="At 1 the budget lasts exactly 30 days; at 14.4 two days.",
        limits=(1, 6),
    ),
]

_OVER_TIME: Panels = [
    timeseries(
        "Burn rate: 1 hour",
        "short",
        [
            Query(
                f"max by (slo) (slo:sli_error:ratio_rate1h{{{_CHOSEN}}} / on (slo) group_left () {_BUDGET})",
                "{{slo}}",
            )
        ],
        about="Above 14.4, with the last 5 minutes: critical.",
        limits=(14.4,),
    ),
    timeseries(
        "Burn rate: 6 hours",
        "short",
        [
            Query(
                f"max by (slo) (slo:sli_error:ratio_rate6h{{{_CHOSEN}}} / on (slo) group_left () {_BUDGET})",
                "{{slo}}",
            )
        ],
        about="Above 6, with the last 30 minutes: critical.",
        limits=(1, 6),
    ),
    timeseries(
        "Budget left of 30 days",
        "percentunit",
        [Query(f"min by (slo) (slo:period_error_budget_remaining:ratio{{{_CHOSEN}}})", "{{slo}}")],
        about="Below zero the promise is broken for this month.",
        width=HALF,
    ),
    timeseries(
        "Events",
        "eps",
        [Query(f"sum by (slo) (slo:sli_total:rate5m{{{_CHOSEN}}})", "{{slo}}")],
        about="What the promises are measured on. With few events, a few bad ones weigh much.",
        width=QUARTER,
    ),
    timeseries(
        "Bad events",
        "eps",
        [Query(f"sum by (slo) (slo:sli_bad:rate5m{{{_CHOSEN}}})", "{{slo}}")],
        about="Those that count against the promise.",
        width=QUARTER,
    ),
]


def dashboard() -> Dashboard:
    """Return the dashboard."""
    return board(
        "slo",
        "SLO",
        "The promises of deploy/monitoring/slos.yaml over 30 days: objective, budget, and the speed at which it burns.",
        [("Now", _NOW), ("Over time", _OVER_TIME)],
        promises(),
    )
