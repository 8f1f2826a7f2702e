"""What does a service do, how often does it fail, how long does it take: towards its callers and behind it."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.monitoring.board import Panels, board, services
from deploy.monitoring.panels import THIRD, Query, percentiles, quantile, rate, timeseries, top

_HTTP = "http_server_request_duration_seconds"
_SERVED = "rpc_server_call_duration_seconds"
_CALLED = "rpc_client_call_duration_seconds"
_BY_ROUTE = "{{http_request_method}} {{http_route}}"
_GATEWAY: Panels = [
    timeseries(
        "Requests by status",
        "reqps",
        [Query(rate(f"{_HTTP}_count", "http_response_status_code"), "{{http_response_status_code}}")],
        about="Requests a second by the status they were answered with.",
        width=THIRD,
        stacked=True,
    ),
    timeseries(
        "Server errors by route",
        "reqps",
        [
            Query(
                top(rate(f"{_HTTP}_count", "http_request_method, http_route", 'http_response_status_code=~"5.."')),
                _BY_ROUTE,
            )
        ],
        about="The ten routes that fail most, with 5xx.",
        width=THIRD,
    ),
    timeseries(
        "Duration",
        "s",
        percentiles(_HTTP),
        about="Time to answer; of an event stream, to begin the answer.",
        width=THIRD,
        limits=(0.5,),
        exemplars=True,
    ),
    timeseries(
        "Busiest routes",
        "reqps",
        [Query(top(rate(f"{_HTTP}_count", "http_request_method, http_route")), _BY_ROUTE)],
        about="The ten routes that are asked most.",
    ),
    timeseries(
        "Slowest routes, p95",
        "s",
        [Query(top(quantile(0.95, _HTTP, "http_request_method, http_route")), _BY_ROUTE)],
        about="The ten routes whose slowest twentieth takes longest.",
        limits=(0.5,),
        exemplars=True,
    ),
]


def _grpc(histogram: str, by: str, legend: str) -> Panels:
    count, code = f"{histogram}_count", "rpc_response_status_code"
    calls = top(rate(count, f"service_name, {by}"))
    failures = top(rate(count, f"service_name, {by}, {code}", 'error_type!=""'))
    slowest = top(quantile(0.95, histogram, f"service_name, {by}"))
    return [
        timeseries("Calls", "reqps", [Query(calls, legend)], about="The ten that are called most.", width=THIRD),
        timeseries(
            "Failures",
            "reqps",
            [Query(failures, f"{legend} {{{{{code}}}}}")],
            about="The ten that fail most, with their code. A refusal by a rule is no failure of the server.",
            width=THIRD,
        ),
        timeseries(
            "Duration, all calls",
            "s",
            percentiles(histogram),
            about="Time until the call was answered.",
            width=THIRD,
            exemplars=True,
        ),
        timeseries(
            "Slowest, p95",
            "s",
            [Query(slowest, legend)],
            about="The ten whose slowest twentieth takes longest.",
            exemplars=True,
        ),
        timeseries(
            "Answers by code",
            "reqps",
            [Query(rate(count, code), f"{{{{{code}}}}}")],
            about="Calls a second by the code they ended with.",
            stacked=True,
        ),
    ]


def dashboard() -> Dashboard:
    """Return the dashboard."""
    return board(
        "service-red",
        "Service RED",
        "Rate, errors and duration of HTTP, of gRPC served and called. Dots are exemplars: each opens its trace.",
        [
            ("HTTP: the gateway", _GATEWAY),
            ("gRPC served", _grpc(_SERVED, "rpc_method", "{{service_name}} {{rpc_method}}")),
            ("gRPC called", _grpc(_CALLED, "server_address", "{{service_name}} to {{server_address}}")),
        ],
        services(),
    )
