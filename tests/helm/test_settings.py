"""What pods are told is what the code reads: no variable too many, none missing, every file where it is said to be."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from common.settings import MigrationSettings, ServiceSettings, Settings, variable
from gateway.settings import GatewaySettings
from notification.settings import NotificationSettings
from ops.cli import app as ops
from ops.topology import SERVICES

from tests.helm.chart import (
    CHART,
    VALUE_SETS,
    Object,
    container,
    containers_of,
    environment,
    job_of,
    of_kind,
    parse,
    pod_of,
    render,
    values,
)

KINDS: dict[str, type[Settings]] = {"gateway": GatewaySettings, "notification": NotificationSettings}
NAMES = [service.name for service in SERVICES]
# Not of Tandem: OpenTelemetry's own variables, OpenSSL's, and those that others are put together from.
FOREIGN = {
    *("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_RESOURCE_ATTRIBUTES"),
    *("OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "SSL_CERT_FILE", "POD_NAME", "POD_NODE", "POD_UID"),
}

EVALUATION_KEYS = ("master.json", "page.key", "signing.pem", "trust.jwks")


def kind_of(service: str) -> type[Settings]:
    return KINDS.get(service, ServiceSettings)


def known(kind: type[Settings]) -> set[str]:
    return {variable(name) for name in kind.model_fields}


def mounted_files(pod: Object, found: Object) -> set[str]:
    """Return the paths of all files in a container that come from Secrets, ConfigMaps and tokens, item by item."""
    files = set()
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    for mount in found["volumeMounts"]:
        volume = volumes[mount["name"]]
        for source in [volume, *volume.get("projected", {}).get("sources", [])]:
            items = [item for kind in ("secret", "configMap") for item in source.get(kind, {}).get("items", [])]
            items += [source["serviceAccountToken"]] if "serviceAccountToken" in source else []
            files |= {f"{mount['mountPath']}/{item['path']}" for item in items}
        if volume["name"] == "keys":
            files |= {
                f"{mount['mountPath']}/{name}" for name in ("signing.pem", "trust.jwks", "master.json", "page.key")
            }
    return files


def deployment_of(objects: list[Object], service: str) -> Object:
    (found,) = (each for each in of_kind(objects, "Deployment") if each["metadata"]["name"] == f"tandem-{service}")
    return dict(found["spec"]["template"])


@pytest.mark.parametrize("service", NAMES)
@pytest.mark.parametrize("name", VALUE_SETS)
def test_every_variable_is_a_setting_of_the_service(name: str, service: str):
    given = set(environment(render(values(name)), service))

    assert given - known(kind_of(service)) - FOREIGN == set()


@pytest.mark.parametrize("service", NAMES)
@pytest.mark.parametrize("name", VALUE_SETS)
def test_every_file_that_is_named_is_mounted(name: str, service: str):
    objects = render(values(name))
    given = environment(objects, service)
    files = mounted_files(deployment_of(objects, service), container(objects, service))

    named = {value for key, value in given.items() if key.endswith("_FILE")}
    assert named - files == set()
    tokens = given.get("TANDEM_WORKLOAD_TOKENS")
    assert {path for path in files if tokens and path.startswith(f"{tokens}/")} == {
        f"{tokens}/{callee}" for callee in next(each.calls for each in SERVICES if each.name == service) if tokens
    }


@pytest.mark.parametrize("service", NAMES)
@pytest.mark.parametrize("name", VALUE_SETS)
def test_the_service_accepts_what_it_is_told(name: str, service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    objects = render(values(name))
    for path in mounted_files(deployment_of(objects, service), container(objects, service)):
        place = tmp_path / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("something")
    for key, value in environment(objects, service).items():
        monkeypatch.setenv(key, value.replace("/run/tandem", f"{tmp_path}/run/tandem"))

    settings: Any = kind_of(service)()

    assert settings.environment == ("development" if name == "evaluation" else "production")
    assert set(settings.callees) == set(next(each.calls for each in SERVICES if each.name == service))


def test_who_opens_the_tenants_files_has_them_mounted():
    root = CHART.parents[1]
    opening = {
        service.name
        for service in SERVICES
        for path in (root / "services" / service.name / "src").rglob("*.py")
        if "Blobs.open(" in path.read_text()
    }

    for name in ("evaluation", "no-hooks"):
        mounts = {each: container(render(values(name)), each)["volumeMounts"] for each in NAMES}
        assert {each for each, found in mounts.items() if "blobs" in {mount["name"] for mount in found}} == opening


@pytest.mark.parametrize("name", VALUE_SETS)
def test_migrations_are_told_what_they_read(name: str):
    job = job_of(render(values(name)), "migrate")
    pod = pod_of(job)
    assert pod is not None

    for each in containers_of(pod):
        given = {variable_["name"]: variable_["value"] for variable_ in each.get("env", [])}
        if each["args"] == ["migrate"]:
            assert {"TANDEM_DSN_OWNER_FILE"} <= set(given) <= known(MigrationSettings)
            assert given["TANDEM_DSN_OWNER_FILE"] in mounted_files(pod, each)


def test_large_numbers_are_written_out():
    prepare = job_of(render(values("large")), "migrate")["spec"]["template"]["spec"]["initContainers"][0]
    given = {each["name"]: each["value"] for each in prepare["env"]}

    assert given["TANDEM_STREAM_MAX_BYTES"] == "10737418240"
    assert (
        given["TANDEM_CONSUMER_PARTITIONS"]
        == environment(render(values("large")), "metrics")["TANDEM_CONSUMER_PARTITIONS"]
    )


def options_of(command: str) -> set[str]:
    """Return the variables that a command of `tandem-ops` reads."""
    found = typer.main.get_command(ops).commands[command]  # type: ignore[attr-defined]
    return {option.envvar for option in found.params if option.envvar}


def test_the_preparation_is_told_what_it_reads():
    job = job_of(render(values("evaluation")), "migrate")
    prepare = job["spec"]["template"]["spec"]["initContainers"][0]
    given = {each["name"]: each["value"] for each in prepare["env"]}
    stored = [service.name for service in SERVICES if service.has_database]

    assert set(given) == options_of("prepare") - {"TANDEM_DSN_ADMIN"}
    assert mounted_files(job["spec"]["template"], prepare) == {
        f"{given['TANDEM_SECRETS']}/{path}"
        for path in (
            *(f"{name}/nats-password" for name in NAMES),
            *(f"{name}/uri-{kind}" for name in stored for kind in ("app", "worker", "owner")),
            *("admin/nats-password", "admin/uri", "tail/nats-password"),
        )
    }


def test_the_look_for_a_whole_trace_is_told_what_it_reads():
    (pod,) = (
        each for each in of_kind(render(values("production")), "Pod") if each["metadata"]["name"] == "tandem-trace"
    )
    given = {each["name"]: each["value"] for each in pod["spec"]["containers"][0]["env"]}

    assert set(given) == options_of("trace")
    assert given["TANDEM_CLIENT_SECRET_FILE"] in mounted_files(pod, pod["spec"]["containers"][0])
    assert given["TANDEM_URL"] == "http://tandem-gateway.hr.svc.cluster.local:8080"


def test_the_keys_of_an_evaluation_are_made_by_a_command_that_exists():
    objects = render(values("evaluation"))
    (keys,) = deployment_of(objects, "metrics")["spec"]["initContainers"]
    name, *arguments = keys["args"]
    command = typer.main.get_command(ops).commands[name]  # type: ignore[attr-defined]

    assert set(arguments[::2]) == {option for parameter in command.params for option in parameter.opts}
    assert arguments[1::2] == ["/run/seed/seed", "/run/tandem-keys", "metrics"]


def test_an_evaluations_secrets_fit_together():
    secrets = {each["metadata"]["name"]: each["stringData"] for each in of_kind(render(values("evaluation")), "Secret")}
    users = secrets["tandem-nats-evaluation"]

    assert users["NATS_PASSWORD_PLAN_TRACKING"] == secrets["tandem-plan-tracking-evaluation"]["nats-password"]
    assert users["NATS_PASSWORD_ADMIN"] == secrets["tandem-admin-evaluation"]["nats-password"]
    assert secrets["tandem-admin-evaluation"]["postgres-password"] in secrets["tandem-admin-evaluation"]["uri"]
    assert re.fullmatch(
        r"postgresql\+asyncpg://plan_tracking_migrator:development-only-\w+@tandem-postgres\.hr\.svc\.cluster\.local:5432/tandem",
        secrets["tandem-plan-tracking-evaluation"]["uri-owner"],
    )
    # Production refuses whatever bears this mark.
    given = [value for name, data in secrets.items() if "seed" not in name for value in data.values()]
    assert [value for value in given if "development-only" not in value] == []


def test_the_brokers_variables_are_all_given():
    secrets = {each["metadata"]["name"]: each["stringData"] for each in of_kind(render(values("evaluation")), "Secret")}
    named = set(re.findall(r"\$(NATS_PASSWORD_\w+)", (CHART / "files" / "broker-users.conf").read_text()))

    assert set(secrets["tandem-nats-evaluation"]) == named


def test_the_example_of_external_secrets_has_every_key_that_production_mounts():
    fetched = {
        (found["metadata"]["name"], entry["secretKey"])
        for found in parse((CHART / "examples" / "external-secrets.yaml").read_text())
        for entry in found["spec"]["data"]
    }

    mounted = set()
    for found in render(values("production")):
        for volume in (pod_of(found) or {"spec": {}})["spec"].get("volumes", []):
            for source in [volume, *volume.get("projected", {}).get("sources", [])]:
                secret = source.get("secret", {})
                name = secret.get("name", secret.get("secretName"))
                mounted |= {(name, item["key"]) for item in secret.get("items", [])}

    assert mounted == fetched
