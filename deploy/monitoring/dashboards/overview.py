"""Is everything well? Promises, alerts, and every service on one line."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.monitoring.board import FIRING, Panels, board, services
from deploy.monitoring.panels import (
    FULL,
    HALF,
    QUARTER,
    RECORDED,
    THIRD,
    Column,
    Query,
    stat,
    table,
    timeseries,
)

_BY = "service_name"
_BY_ALERT = "alertname, severity, namespace, service_name"
_REQUESTS = f"sum by ({_BY}) (tandem:requests:rate5m{{{RECORDED}}})"
_ERRORS = f"sum by ({_BY}) (tandem:request_errors:rate5m{{{RECORDED}}})"
_P99 = f"max by ({_BY}) (tandem:request_duration_seconds:p99_5m{{{RECORDED}}})"
_INSTANCES = f"sum by ({_BY}) (tandem:instances:count{{{RECORDED}}})"

_REMAINING = 'slo:period_error_budget_remaining:ratio{namespace=~"$namespace"}'
_PROMISES: Panels = [
    stat(
        "Error budget left of 30 days",
        "percentunit",
        Query(f"min by (slo) ({_REMAINING})", "{{slo}}"),
        about="What each promise may still lose. Below zero it is broken for this month.",
        width=FULL,
        limits=(0, 0.25),
        falling=True,
    ),
    table(
        "Alerts that fire",
        _BY_ALERT.split(", "),
        [Column("Number", f"count by ({_BY_ALERT}) ({FIRING})")],
        about="Each has a runbook of its name.",
        width=HALF,
    ),
    table(
        "Versions",
        [_BY, "service_version"],
        [
            Column(
                "Instances",
                f'count by ({_BY}, service_version) (target_info{{service_name=~"$service", service_version!=""}})',
            )
        ],
        about="Two versions of one service: a release is under way, or got stuck.",
        width=HALF,
    ),
]

_SERVICES: Panels = [
    table(
        "Services",
        [_BY],
        [
            Column("Instances", _INSTANCES),
            Column("Requests", _REQUESTS, "reqps"),
            Column("Errors", f"{_ERRORS} / {_REQUESTS}", "percentunit", (0.001, 0.01)),
            Column("p99", _P99, "s", (0.5, 2)),
        ],
        about="HTTP at the gateway, gRPC elsewhere, over five minutes. Refusals by a rule are no errors.",
    ),
    timeseries("Requests", "reqps", [Query(_REQUESTS)], about="Requests a second.", width=THIRD),
    timeseries(
        "Errors",
        "percentunit",
        [Query(f"{_ERRORS} / {_REQUESTS}")],
        about="Share of requests that failed through a fault of ours.",
        width=THIRD,
        limits=(0.001, 0.01),
    ),
    timeseries(
        "p99", "s", [Query(_P99)], about="One in a hundred requests takes longer.", width=THIRD, limits=(0.5, 2)
    ),
]


def _largest(series: str) -> Query:
    return Query(f"max by ({_BY}) ({series}{{{RECORDED}}})")


_FLOW: Panels = [
    timeseries(
        "Oldest event not published",
        "s",
        [_largest("tandem:outbox_oldest_age_seconds:max")],
        about="Committed, but the broker has not taken it.",
        width=QUARTER,
        limits=(30, 120),
    ),
    timeseries(
        "Events not yet taken",
        "short",
        [Query(f"sum by ({_BY}) (tandem:consumer_pending:max{{{RECORDED}}})")],
        about="Published, but this service has not reacted to them.",
        width=QUARTER,
    ),
    timeseries(
        "Oldest overdue deadline",
        "s",
        [_largest("tandem:due_overdue_age_seconds:max")],
        about="Reminders and expiries that should have been handled.",
        width=QUARTER,
        limits=(60, 300),
    ),
    timeseries(
        "Events laid aside",
        "short",
        [_largest("tandem:dead_letters:max")],
        about="Events that a service could not handle; each needs a person.",
        width=QUARTER,
        limits=(1,),
    ),
]


def dashboard() -> Dashboard:
    """Return the dashboard."""
    return board(
        "platform-overview",
        "Overview",
        "All services at a glance: promises, alerts, rate, errors, duration, and the flow of events.",
        [("Promises", _PROMISES), ("Services", _SERVICES), ("Flow of events and deadlines", _FLOW)],
        services(),
    )
