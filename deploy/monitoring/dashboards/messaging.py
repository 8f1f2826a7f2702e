"""Do events reach everybody, and in time: outbox, broker, consumers, and mails out of the house."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.monitoring.board import Panels, board, services
from deploy.monitoring.panels import OWN, QUARTER, RECORDED, THIRD, Query, percentiles, quantile, rate, timeseries

_SENT = "messaging_client_operation_duration_seconds"
_PROCESSED = "messaging_process_duration_seconds"
_BY_SOURCE = "{{service_name}} from {{source}}"
_STREAMS = 'is_stream_leader="true", stream_name=~"directory|interview-record|notification|plan-tracking|scheduling"'

_PUBLISHED: Panels = [
    timeseries(
        "Events published",
        "eps",
        [Query(rate(f"{_SENT}_count", "service_name"))],
        about="Events a second that the broker acknowledged, or failed to.",
        width=QUARTER,
    ),
    timeseries(
        "Time to the acknowledgement, p95",
        "s",
        [Query(quantile(0.95, _SENT, "service_name"))],
        about="How long the broker takes to store an event on enough servers.",
        width=QUARTER,
        exemplars=True,
    ),
    timeseries(
        "Events waiting to be published",
        "short",
        [Query(f"max by (service_name) (tandem:outbox_pending:max{{{RECORDED}}})")],
        about="Rows of the outbox. Rises while the broker is away; nothing is lost.",
        width=QUARTER,
    ),
    timeseries(
        "Oldest of them",
        "s",
        [Query(f"max by (service_name) (tandem:outbox_oldest_age_seconds:max{{{RECORDED}}})")],
        about="TandemOutboxStuck calls somebody at 120 seconds.",
        width=QUARTER,
        limits=(30, 120),
    ),
]

_CONSUMED: Panels = [
    timeseries(
        "From commit to effect",
        "s",
        percentiles("tandem_event_delay_seconds"),
        about="From an event's commit at its source to the commit of its reaction; the promise is 10 s for 99 %.",
        width=THIRD,
        limits=(10,),
        exemplars=True,
    ),
    timeseries(
        "From commit to effect, p95 by consumer",
        "s",
        [Query(quantile(0.95, "tandem_event_delay_seconds", "service_name, source"), _BY_SOURCE)],
        about="Which consumer of which source is late.",
        width=THIRD,
        limits=(10,),
    ),
    timeseries(
        "Events not yet taken",
        "short",
        [Query(f"max by (service_name, source) (tandem:consumer_pending:max{{{RECORDED}}})", _BY_SOURCE)],
        about="In the stream, not yet delivered to this service.",
        width=THIRD,
    ),
    timeseries(
        "Reactions",
        "eps",
        [Query(rate(f"{_PROCESSED}_count", "service_name"))],
        about="Events a second that a service reacted to.",
        width=THIRD,
    ),
    timeseries(
        "Failed reactions",
        "eps",
        [
            Query(
                rate(f"{_PROCESSED}_count", "service_name, messaging_destination_name, error_type", 'error_type!=""'),
                "{{service_name}} {{messaging_destination_name}} {{error_type}}",
            )
        ],
        about="Attempts that failed; they are made again, twelve times at most.",
        width=THIRD,
    ),
    timeseries(
        "Duration of reactions",
        "s",
        percentiles(_PROCESSED),
        about="Time of one attempt, its commit included.",
        width=THIRD,
        exemplars=True,
    ),
    timeseries(
        "Taken, not acknowledged",
        "short",
        [Query(f"max by (service_name, source) (tandem:consumer_ack_pending:max{{{RECORDED}}})", _BY_SOURCE)],
        about="Under way. Steadily at 64: the consumer is as busy as it may be.",
        width=THIRD,
        limits=(64,),
    ),
    timeseries(
        "Delivered again",
        "eps",
        [Query(rate("tandem_consumer_redelivered_total", "service_name, source"), _BY_SOURCE)],
        about="Deliveries of an event that had been delivered before. They have no second effect.",
        width=THIRD,
    ),
    timeseries(
        "Events laid aside",
        "short",
        [Query(f"max by (service_name) (tandem:dead_letters:max{{{RECORDED}}})")],
        about="What they say has not happened in this service. Runbook: TandemDeadLetters.",
        width=THIRD,
        limits=(1,),
    ),
]

_BYTES = f"max by (stream_name) (jetstream_stream_total_bytes{{{_STREAMS}}})"
_LIMIT = f"(max by (stream_name) (jetstream_stream_limit_bytes{{{_STREAMS}}}) > 0)"
_BROKER: Panels = [
    timeseries(
        "Connected instances",
        "short",
        [Query(f"sum by (service_name) (tandem_broker_connected{{{OWN}}})")],
        about="Instances with a connection to the broker.",
        width=QUARTER,
    ),
    timeseries(
        "Events lost by the broker",
        "short",
        [Query(f"sum by (service_name) (increase(tandem_outbox_republished_total{{{OWN}}}[$__rate_interval]))")],
        about="Acknowledged events that were missing and have been published again.",
        width=QUARTER,
        limits=(1,),
    ),
    timeseries(
        "Size of streams",
        "bytes",
        [Query(_BYTES, "{{stream_name}}")],
        about="From the NATS exporter. A stream keeps 72 hours.",
        width=QUARTER,
    ),
    timeseries(
        "Share of the limit",
        "percentunit",
        [Query(f"{_BYTES} / {_LIMIT}", "{{stream_name}}")],
        about="From the NATS exporter; nothing for streams without a limit.",
        width=QUARTER,
        limits=(0.6, 0.9),
    ),
]

_MAIL: Panels = [
    timeseries(
        "Tries to send mail",
        "ops",
        [Query(rate("tandem_mail_tries_total", "outcome"), "{{outcome}}")],
        about="By how they ended; what is not taken is tried again for 11 hours.",
        stacked=True,
    ),
    timeseries(
        "Oldest overdue deadline of notification",
        "s",
        [
            Query(
                f'max by (service_name) (tandem:due_overdue_age_seconds:max{{{RECORDED}, service_name="notification"}})'
            )
        ],
        about="Mails and reminders that should have gone out.",
        limits=(60, 300),
    ),
]


def dashboard() -> Dashboard:
    """Return the dashboard."""
    return board(
        "messaging",
        "Messaging",
        "The way of an event: outbox, stream, consumer; what waits, what comes again, what was laid aside.",
        [("Published", _PUBLISHED), ("Consumed", _CONSUMED), ("Broker", _BROKER), ("Mail", _MAIL)],
        services(),
    )
