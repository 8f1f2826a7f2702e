"""Every pod is restricted, ends in order and is spread; evictions never take the last one."""

import pytest

from tests.helm.chart import (
    VALUE_SETS,
    container,
    containers_of,
    job_of,
    name_of,
    of_kind,
    parse,
    pod_of,
    render,
    render_files,
    values,
    with_,
)
from tests.helm.pods import unrestricted

GRPC = ("directory", "interview-record", "metrics", "notification", "plan-tracking", "scheduling")


@pytest.mark.parametrize("name", VALUE_SETS)
def test_every_pod_is_restricted(name: str):
    objects = render(values(name))

    assert {"Deployment", "Job", "Pod"} <= {found["kind"] for found in objects if pod_of(found)}
    assert [reason for found in objects for reason in unrestricted(found)] == []


def test_openshift_chooses_the_user_itself():
    for found in render(values("openshift")):
        if pod := pod_of(found):
            assert {"runAsUser", "runAsGroup", "fsGroup"} & set(pod["spec"]["securityContext"]) == set()


@pytest.mark.parametrize("service", GRPC)
def test_a_service_is_probed_by_its_grpc_health(service: str):
    found = container(render(values("default")), service)

    for name in ("startup", "liveness", "readiness"):
        assert found[f"{name}Probe"]["grpc"] == {"port": 50051, "service": name}


def test_the_gateway_is_probed_by_http():
    found = container(render(values("default")), "gateway")
    paths = [found[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")]

    assert paths == ["/healthz/startup", "/healthz/live", "/healthz/ready"]


def test_a_pod_leaves_its_service_before_it_stops_and_has_time_to_drain():
    for found in of_kind(render(values("production")), "Deployment"):
        spec = found["spec"]["template"]["spec"]
        pause = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]

        # 20 s for calls and workers side by side, 3 s for the broker, and time to send the last telemetry.
        assert spec["terminationGracePeriodSeconds"] >= pause + 30
        assert found["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": "25%", "maxUnavailable": 0}


def test_pods_are_spread_over_nodes_and_zones():
    for found in of_kind(render(values("production")), "Deployment"):
        spread = found["spec"]["template"]["spec"]["topologySpreadConstraints"]

        assert {each["topologyKey"] for each in spread} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
        for each in spread:
            assert each["matchLabelKeys"] == ["pod-template-hash"]
            assert each["labelSelector"]["matchLabels"] == found["spec"]["selector"]["matchLabels"]


def test_only_what_has_several_pods_has_a_budget():
    assert len(of_kind(render(values("production")), "PodDisruptionBudget")) == 7
    assert of_kind(render(values("evaluation")), "PodDisruptionBudget") == []


def test_one_service_alone_can_differ():
    objects = render(with_("default", "services.metrics", {"replicas": 5, "nodeSelector": {"disk": "fast"}}))
    (metrics,) = (found for found in of_kind(objects, "Deployment") if found["metadata"]["name"] == "tandem-metrics")
    (directory,) = (
        found for found in of_kind(objects, "Deployment") if found["metadata"]["name"] == "tandem-directory"
    )

    assert metrics["spec"]["replicas"] == 5
    assert metrics["spec"]["template"]["spec"]["nodeSelector"] == {"disk": "fast"}
    assert directory["spec"]["replicas"] == 2
    assert "nodeSelector" not in directory["spec"]["template"]["spec"]


def test_changed_shared_settings_replace_the_pods():
    def checksum(level: str) -> set[str]:
        pods = (
            found["spec"]["template"] for found in of_kind(render(with_("default", "logFormat", level)), "Deployment")
        )
        return {pod["metadata"]["annotations"]["checksum/settings"] for pod in pods}

    assert checksum("json") != checksum("console")


def test_migrations_run_one_after_the_other_each_with_its_own_owner():
    job = job_of(render(values("default")), "migrate")
    steps = job["spec"]["template"]["spec"]["initContainers"]

    assert [each["name"] for each in steps] == list(GRPC)
    for each in steps:
        assert each["args"] == ["migrate"]
        assert each["image"].startswith(f"tandem-{each['name']}:")
        assert [mount["name"] for mount in each["volumeMounts"]] == [each["name"], "tmp"]


@pytest.mark.parametrize("name", VALUE_SETS)
def test_the_owner_of_a_schema_is_known_to_the_migrations_only(name: str):
    for found in render(values(name)):
        if (pod := pod_of(found)) and found["kind"] != "Job":
            assert "uri-owner" not in str(pod), name_of(found)


def test_the_trial_prepares_its_servers_in_the_same_job():
    job = job_of(render(values("evaluation")), "migrate")

    assert containers_of(job["spec"]["template"])[0]["args"] == ["prepare"]
    # As a hook after the install it would wait for pods that wait for it.
    assert "helm.sh/hook" not in job["metadata"].get("annotations", {})


def test_the_notes_tell_where_the_api_is():
    notes = {name: render_files(values(name))["tandem/templates/NOTES.txt"] for name in VALUE_SETS}

    assert "https://tandem.example" in notes["production"]
    assert "port-forward" in notes["default"]
    assert "throwaway" in notes["evaluation"]
    assert all("<no value>" not in text for text in notes.values())


def test_templates_of_users_are_rendered():
    (note,) = parse(render_files(values("no-hooks"))["tandem/templates/extra-objects.yaml"])[1:]

    assert note["metadata"]["name"] == "tandem-note"
    assert note["data"] == {"release": "0.1.0"}
