"""What each process of a service is told by its environment."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ops.topology import AUDIENCE, ServiceSpec

from devstack.ports import HOST

if TYPE_CHECKING:
    from devstack.stack import Stack


def service_environment(stack: Stack, service: ServiceSpec, instance: str) -> dict[str, str]:
    """Return the settings of one instance of a service, without the owner's database URL."""
    listen = f"{HOST}:{stack.ports[instance]}"
    env = {
        "SERVICE": service.name,
        "ENVIRONMENT": "development",
        "LISTEN": listen,
        "TELEMETRY_LISTEN": f"{HOST}:{stack.ports[telemetry_of(instance)]}",
        "LOG_FORMAT": stack.choices.log_format,
        "NATS_URL": replace(stack.broker, port=stack.way_to("nats")).url,
        "NATS_USER": service.name,
        "NATS_PASSWORD_FILE": str(stack.secret_file(service.name, "nats-password")),
        "SIGNING_KEY_FILE": str(stack.keys.signing_key_file(service.name)),
        "TRUST_FILE": str(stack.keys.trust_file),
        "MASTER_KEY_FILE": str(stack.keys.master_key_file),
        "PAGE_KEY_FILE": str(stack.keys.page_key_file),
        "BLOBS": (stack.folder / "blobs").as_uri(),
        "CALLEES": json.dumps({name: _addresses(stack, name) for name in service.calls}),
        "AUDIENCE": AUDIENCE,
        **stack.workloads.settings(service),
    }
    if service.has_database:
        env["DSN_APP_FILE"] = str(stack.secret_file(service.name, "uri-app"))
        env["CONSUMER_PARTITIONS"] = str(stack.choices.partitions)
        env["DSN_WORKER_FILE"] = str(stack.secret_file(service.name, "uri-worker"))
    else:
        env["HTTP_LISTEN"] = listen
    if stack.choices.throwaway:
        env["CRASH_POINTS"] = str(stack.folder / "crash-points" / instance)
    if service.name == "notification":
        env |= {"SMTP_HOST": HOST, "SMTP_PORT": str(stack.ports["smtp"])}
    # In the form of a cluster's, `<namespace>.<pod>.<container>`: rules and dashboards take it apart.
    named = {"OTEL_RESOURCE_ATTRIBUTES": f"service.instance.id=local.{instance}.{service.name}"}
    return {f"TANDEM_{name}": value for name, value in env.items()} | named | _telemetry(stack)


def telemetry_of(instance: str) -> str:
    """Return the name of the port on which an instance answers `/metrics`."""
    return f"{instance}-telemetry"


def _addresses(stack: Stack, service: str) -> list[str]:
    return [f"{HOST}:{stack.way_to(instance)}" for instance in stack.instances(service)]


def _telemetry(stack: Stack) -> dict[str, str]:
    if not stack.choices.traces:
        return {}
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{HOST}:{stack.ports['traces']}",
        "OTEL_TRACES_SAMPLER": "parentbased_always_on",
        # Milliseconds; short, so that whoever has just done something sees it.
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "OTEL_METRIC_EXPORT_INTERVAL": "5000",
    }
