"""Series that others export and our rules and dashboards read, each with the labels we use; nothing else is allowed.

Named as the exporters' own sources have them: prometheus-nats-exporter (`-jsz=all -varz`), kube-state-metrics,
CloudNativePG, postgres_exporter, and Prometheus itself.
"""

_STREAM = ("account_name", "stream_name", "is_stream_leader")
_CONSUMER = (*_STREAM, "consumer_name", "is_consumer_leader")
_CNPG = ("namespace", "pod", "datname", "usename", "state")
_POSTGRES = ("namespace", "instance", "datname", "state")

SERIES: dict[str, tuple[str, ...]] = {
    "up": ("service_name", "service_instance_id"),
    "ALERTS": ("alertname", "alertstate", "severity", "service_name", "namespace"),
    "target_info": ("service_name", "service_instance_id", "service_version"),
    "jetstream_stream_total_bytes": _STREAM,
    "jetstream_stream_limit_bytes": _STREAM,
    "jetstream_stream_total_messages": _STREAM,
    "jetstream_stream_last_seq": _STREAM,
    "jetstream_consumer_ack_floor_stream_seq": _CONSUMER,
    "jetstream_consumer_num_pending": _CONSUMER,
    "jetstream_consumer_num_ack_pending": _CONSUMER,
    "kube_job_status_failed": ("namespace", "job_name"),
    "kube_pod_container_resource_limits": ("namespace", "pod", "container", "resource"),
    "cnpg_backends_max_tx_duration_seconds": _CNPG,
    "cnpg_pg_database_xid_age": ("namespace", "pod", "datname"),
    "pg_stat_activity_max_tx_duration": _POSTGRES,
    "pg_database_wraparound_age_datfrozenxid_seconds": ("namespace", "instance", "datname"),
}
