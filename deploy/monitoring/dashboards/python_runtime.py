"""How the processes themselves are: CPU, memory, event loop, garbage collection, credentials."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.monitoring.board import Panels, board, services
from deploy.monitoring.panels import OWN, THIRD, Query, quantile, rate, timeseries

_INSTANCE = "service_name, service_instance_id"
_BY_INSTANCE = "{{service_instance_id}}"

_USE: Panels = [
    timeseries(
        "CPU",
        "percentunit",
        [Query(rate("process_cpu_time_seconds_total", _INSTANCE), _BY_INSTANCE)],
        about="Of one core. Near 100 % only more replicas help.",
        width=THIRD,
        limits=(0.7, 0.9),
    ),
    timeseries(
        "Memory",
        "bytes",
        [Query(f"max by ({_INSTANCE}) (process_memory_usage_bytes{{{OWN}}})", _BY_INSTANCE)],
        about="Resident memory. A step is a large import; a slope over days a leak.",
        width=THIRD,
    ),
    timeseries(
        "Instances",
        "short",
        [Query('sum by (service_name) (tandem:instances:count{namespace=~"$namespace", service_name=~"$service"})')],
        about="Processes that report.",
        width=THIRD,
    ),
]

_SATURATION: Panels = [
    timeseries(
        "Event loop lag, p99",
        "s",
        [Query(quantile(0.99, "tandem_event_loop_lag_seconds", _INSTANCE), _BY_INSTANCE)],
        about="How much later than asked the loop woke a sleeper: everything in the process waits as long.",
        width=THIRD,
        limits=(0.05, 0.25),
    ),
    timeseries(
        "Garbage collections",
        "ops",
        [
            Query(
                rate("cpython_gc_collections_total", "service_name, cpython_gc_generation"),
                "{{service_name}} generation {{cpython_gc_generation}}",
            )
        ],
        about="Runs a second. Generation 2 goes through everything and stops the process meanwhile.",
        width=THIRD,
    ),
    timeseries(
        "Credentials run out in",
        "s",
        [
            Query(
                f"min by (service_name, credential) (tandem_credential_expires_at_seconds{{{OWN}}}) - time()",
                "{{service_name}} {{credential}}",
            )
        ],
        about="As the process itself sees the file it uses.",
        width=THIRD,
    ),
]


def dashboard() -> Dashboard:
    """Return the dashboard."""
    return board(
        "python-runtime",
        "Python runtime",
        "Use, saturation and errors of every process. One process uses one core at most.",
        [("Use", _USE), ("Saturation", _SATURATION)],
        services(),
    )
