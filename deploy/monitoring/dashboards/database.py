"""Transactions, connections, and the work that lies in tables: is the database what everybody waits for?"""

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from deploy.monitoring.board import Panels, board, services
from deploy.monitoring.panels import OWN, QUARTER, RECORDED, THIRD, Query, percentiles, quantile, rate, timeseries, top

_DURATION = "db_client_operation_duration_seconds"
_BY_OPERATION = "{{service_name}} {{db_operation_name}}"
_POOL = "service_name, service_instance_id, db_client_connection_pool_name"
_BY_POOL = "{{service_name}} {{db_client_connection_pool_name}}"

_TRANSACTIONS: Panels = [
    timeseries(
        "Transactions",
        "ops",
        [Query(rate(f"{_DURATION}_count", "service_name, db_operation_name"), _BY_OPERATION)],
        about="By what they are for: commands, reads, reactions, deadlines, jobs, workers.",
        width=THIRD,
    ),
    timeseries(
        "Failures",
        "ops",
        [
            Query(
                rate(f"{_DURATION}_count", "service_name, error_type", 'error_type!=""'),
                "{{service_name}} {{error_type}}",
            )
        ],
        about="By the database's own code: 40P01 deadlock, 55P03 lock not available, 57014 cancelled.",
        width=THIRD,
    ),
    timeseries(
        "Duration",
        "s",
        percentiles(_DURATION),
        about="From taking a connection to the commit.",
        width=THIRD,
        limits=(1,),
        exemplars=True,
    ),
    timeseries(
        "Slowest, p95",
        "s",
        [Query(top(quantile(0.95, _DURATION, "service_name, db_operation_name")), _BY_OPERATION)],
        about="The ten kinds of transactions whose slowest twentieth takes longest.",
        limits=(1,),
        exemplars=True,
    ),
    timeseries(
        "Time in transactions",
        "short",
        [Query(rate(f"{_DURATION}_sum", "service_name, db_operation_name"), _BY_OPERATION)],
        about="Connections in use on average: what takes the database's time, whether often or long.",
        stacked=True,
    ),
]

_USED = f'sum by ({_POOL}) (db_client_connection_count{{{OWN}, db_client_connection_state="used"}})'
_MOST = f"sum by ({_POOL}) (db_client_connection_max{{{OWN}}})"
_CONNECTIONS: Panels = [
    timeseries(
        "Pool in use",
        "percentunit",
        [Query(f"max by (service_name, db_client_connection_pool_name) ({_USED} / {_MOST})", _BY_POOL)],
        about="The fullest instance of each pool. At 100 % calls wait for a connection.",
        width=QUARTER,
        limits=(0.8, 1),
    ),
    timeseries(
        "Open connections",
        "short",
        [
            Query(
                f"sum by (service_name, db_client_connection_state) (db_client_connection_count{{{OWN}}})",
                "{{service_name}} {{db_client_connection_state}}",
            )
        ],
        about="All instances and pools together; the server's max_connections is the bound.",
        width=QUARTER,
        stacked=True,
    ),
    timeseries(
        "Longest transaction",
        "s",
        [
            Query(
                'max by (pod, datname) (cnpg_backends_max_tx_duration_seconds{usename!="streaming_replica"})'
                " or max by (instance, datname) (pg_stat_activity_max_tx_duration)",
                "{{pod}}{{instance}} {{datname}}",
            )
        ],
        about="From the database's exporter. A long one holds vacuum back for the whole server.",
        width=QUARTER,
        limits=(60, 300),
    ),
    timeseries(
        "Age of transaction ids",
        "short",
        [
            Query(
                "max by (pod, datname) (cnpg_pg_database_xid_age)"
                " or max by (instance, datname) (pg_database_wraparound_age_datfrozenxid_seconds)",
                "{{pod}}{{instance}} {{datname}}",
            )
        ],
        about="From the database's exporter. At 2 billion the database stops writing.",
        width=QUARTER,
        limits=(500_000_000, 1_500_000_000),
    ),
]


def _largest(title: str, series: str, unit: str, about: str, *limits: float) -> Builder[Panel]:
    query = Query(f"max by (service_name) ({series}{{{RECORDED}}})")
    return timeseries(title, unit, [query], about=about, width=QUARTER, limits=limits)


_WORK: Panels = [
    _largest("Outbox", "tandem:outbox_pending:max", "short", "Events not yet published."),
    _largest(
        "Overdue deadlines", "tandem:due_overdue_age_seconds:max", "s", "How long the oldest has been due.", 60, 300
    ),
    _largest("Operations", "tandem:operations_pending:max", "short", "Imports, exports and launches that wait or run."),
    _largest("Audit entries not chained", "tandem:audit_unchained:max", "short", "Normally chained within a second."),
]


def dashboard() -> Dashboard:
    """Return the dashboard."""
    return board(
        "database",
        "Database",
        "Transactions and connections as the services see them, and the server as its exporter does.",
        [("Transactions", _TRANSACTIONS), ("Connections", _CONNECTIONS), ("Work in tables", _WORK)],
        services(),
    )
