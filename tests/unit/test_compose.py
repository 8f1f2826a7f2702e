"""The compose file says of the services what the code says, and everything that it mounts is there."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ops.topology import SERVICES, ServiceSpec

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_calls_whom_the_topology_says(service: ServiceSpec) -> None:
    callees = json.loads(PARTS[service.name]["environment"].get("TANDEM_CALLEES", "{}"))

    assert callees == {name: f"{name}:50051" for name in service.calls}
    assert PARTS[service.name]["environment"]["TANDEM_NATS_USER"] == service.name


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_sees_its_own_secrets_alone(service: ServiceSpec) -> None:
    assert PARTS[service.name]["volumes"] == [f"{service.name}:/run/tandem:ro", "blobs:/blobs"]


@pytest.mark.parametrize("service", [each for each in SERVICES if each.has_database], ids=lambda service: service.name)
def test_a_service_waits_for_its_own_migrations(service: ServiceSpec) -> None:
    migration = f"migrate-{service.name}"

    assert PARTS[service.name]["depends_on"] == {migration: {"condition": "service_completed_successfully"}}
    assert PARTS[migration]["image"] == PARTS[service.name]["image"]


def test_what_is_ours_is_sealed() -> None:
    ours = {name: part for name, part in PARTS.items() if part["image"].startswith("tandem-")}

    assert len(ours) == 2 * len(SERVICES) - 1 + len(["secrets", "prepare", "identity"])
    for name, part in ours.items():
        assert (part["read_only"], part["cap_drop"]) == (True, ["ALL"]), name
        assert part["security_opt"] == ["no-new-privileges:true"], name


def test_no_port_is_open_beyond_this_machine() -> None:
    ports = [port for part in PARTS.values() for port in part.get("ports", ())]

    assert len(ports) > 3
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_prometheus_asks_every_service_and_knows_every_rule() -> None:
    configuration = yaml.safe_load((DEPLOY / "observability" / "prometheus.yml").read_text(encoding="utf-8"))
    [targets] = configuration["scrape_configs"][0]["static_configs"]

    assert targets["targets"] == [f"{service.name}:9464" for service in SERVICES]
    folders = {Path(pattern).parent.name for pattern in configuration["rule_files"]}
    assert folders == {path.name for path in (DEPLOY / "helm" / "rules").iterdir()}


def test_every_file_that_is_mounted_is_there() -> None:
    mounts = [mount.split(":")[0] for part in PARTS.values() for mount in part.get("volumes", ()) if mount[0] == "."]

    assert len(mounts) > 5
    assert [mount for mount in mounts if not (DEPLOY / mount).exists()] == []
