"""The gate itself: a mistake of each kind is caught, and is named."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import helm_python
import pytest

from tests.helm.chart import CHART, Object, of_kind, render, render_files, values, with_
from tests.helm.kubernetes import refused
from tests.helm.network import open_policies
from tests.helm.pods import unrestricted
from tests.helm.references import dangling

ANYWHERE = {"ipBlock": {"cidr": "0.0.0.0/0"}}
Change = Callable[[list[Object]], None]


def first(objects: list[Object], kind: str, name: str = "tandem-directory") -> Object:
    return next(found for found in of_kind(objects, kind) if found["metadata"]["name"] == name)


def pod(objects: list[Object]) -> Object:
    found: Object = first(objects, "Deployment")["spec"]["template"]["spec"]
    return found


def found_in(change: Change, check: Callable[[list[Object]], list[str]], name: str = "production") -> str:
    """Return what the check says of a rendering with the mistake; without it there is nothing to say."""
    assert check(render(values(name))) == []
    objects = render(values(name))
    change(objects)
    return "\n".join(check(objects))


def each(check: Callable[[Object], list[str]]) -> Callable[[list[Object]], list[str]]:
    return lambda objects: [reason for found in objects for reason in check(found)]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("services.directory.replcas", 3, "replcas"),
        ("services.billing", {}, "billing"),
        ("global.imageRegistery", "x", "imageRegistery"),
        ("services.gateway.port", 80, "port"),
        ("defaults.replicas", 0, "replicas"),
        ("nats.url", "nats://user:password@nats:4222", "nats/url"),
        ("nats.streamReplicas", 2, "streamReplicas"),
        ("image.digests", {"directory": "sha256:short"}, "digests"),
        ("networkPolicy.egress.database", [{"to": [], "ports": [{"port": 5432}]}], "database"),
        ("networkPolicy.egress.database", [{"to": [{"podSelector": {}}]}], "database"),
        ("networkPolicy.clients", [{}], "clients"),
        ("networkPolicy.clients", [], "clients"),
        ("database.existingSecret", "tandem", "existingSecret"),
        ("podSecurity.runAsUser", 0, "runAsUser"),
        ("workloadIdentity.tokenExpirationSeconds", 60, "tokenExpirationSeconds"),
    ],
)
def test_the_schema_refuses(path: str, value: Any, said: str):
    with pytest.raises(helm_python.HelmError) as refusal:
        render(with_("default", path, value))

    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "path", "value", "said"),
    [
        ("default", "services.metrics.calls", ["billing"], 'services.metrics.calls names "billing"'),
        ("default", "services.metrics.calls", ["metrics"], "services.metrics.calls names itself"),
        ("default", "database.existingSecret", "", "directory has no Secret with its database URLs"),
        ("default", "nats.existingSecret", "", "nats.existingSecret (key nats-password) is missing"),
        ("default", "nats.url", "", "nats.url is missing"),
        ("default", "keys.existingSecret", "", "keys.existingSecret"),
        ("default", "keys.signingSecret", "", "keys.signingSecret"),
        ("default", "blobs.url", "", "blobs.url or blobs.persistentVolumeClaim is missing"),
        ("default", "mail.host", "", "mail.host is missing"),
        ("default", "mail.user", "tandem", "mail.user needs mail.existingSecret"),
        ("default", "workloadIdentity.issuer", "", "workloadIdentity.issuer is missing"),
        ("production", "workloadIdentity.keysConfigMap", "keys", "keysUrl or keysConfigMap, not both"),
        ("production", "ingress", {"enabled": True, "host": "x.example"}, "ingress and gateway are both enabled"),
        ("production", "gateway.hostnames", [], "gateway needs parentRefs and hostnames"),
        ("no-hooks", "ingress.host", "", "ingress.host is missing"),
        ("default", "migrations.prepare.enabled", True, "migrations.prepare needs existingSecret"),
        ("production", "tests.trace.existingSecret", "", "tests.trace needs tracesUrl, tokenUrl"),
        ("default", "services.metrics.preStopSeconds", 20, "terminationGracePeriodSeconds"),
        ("default", "evaluation.enabled", True, "does not go together with blobs.url"),
        ("evaluation", "ingress", {"enabled": True, "host": "x.example"}, "does not go together with ingress"),
        ("evaluation", "database.existingSecret", "tandem-{service}", "does not go together with database"),
    ],
)
def test_the_templates_refuse_with_a_word_on_what_to_do(name: str, path: str, value: Any, said: str):
    with pytest.raises(helm_python.HelmError) as refusal:
        render(with_(name, path, value))

    assert said in str(refusal.value)


def test_nothing_at_all_is_refused_too():
    with pytest.raises(helm_python.HelmError, match="has no Secret with its database URLs"):
        render({})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda spec: spec["securityContext"].pop("seccompProfile"), "has no seccomp profile"),
        (lambda spec: spec["securityContext"].pop("runAsNonRoot"), "may run as root"),
        (lambda spec: spec["securityContext"].update(runAsUser=0), "runs as root"),
        (lambda spec: spec.pop("automountServiceAccountToken"), "mounts a token of the cluster's API"),
        (lambda spec: spec.pop("enableServiceLinks"), "is told every Service"),
        (lambda spec: spec.update(hostNetwork=True), "has hostNetwork"),
        (lambda spec: spec["volumes"].append({"name": "host", "hostPath": {"path": "/"}}), "volume host is a hostPath"),
        (lambda spec: spec["containers"][0].pop("securityContext"), "directory: may gain privileges"),
        (lambda spec: spec["containers"][0]["securityContext"].update(privileged=True), "is privileged"),
        (lambda spec: spec["containers"][0]["securityContext"].update(capabilities={}), "keeps capabilities"),
        (lambda spec: spec["containers"][0]["securityContext"].pop("readOnlyRootFilesystem"), "may write its image"),
        (lambda spec: spec["containers"][0]["resources"]["limits"].pop("memory"), "has no memory limit"),
        (lambda spec: spec["containers"][0]["resources"]["limits"].update(cpu="1"), "slowed down by a CPU limit"),
        (lambda spec: spec["containers"][0].update(image="tandem-directory"), "has an image without a version"),
        (lambda spec: spec["containers"][0]["ports"][0].update(hostPort=80), "takes a port of its node"),
        (lambda spec: spec["volumes"].pop(), "mounts tmp, which is no volume"),
    ],
)
def test_a_pod_that_is_not_restricted_is_found(change: Callable[[Object], object], said: str):
    assert said in found_in(lambda objects: change(pod(objects)) and None, each(unrestricted))


def test_jobs_and_tests_are_looked_at_as_well():
    def change(objects: list[Object]) -> None:
        first(objects, "Job", "tandem-migrate")["spec"]["template"]["spec"]["initContainers"][0].pop("securityContext")
        first(objects, "Pod", "tandem-smoke")["spec"].pop("automountServiceAccountToken")

    found = found_in(change, each(unrestricted))

    assert "Job/tandem-migrate: prepare: may gain privileges" in found
    assert "Pod/tandem-smoke: mounts a token" in found


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("Deployment", lambda found: found.update(apiVersion="apps/v1beta1"), "does not serve apps/v1beta1"),
        ("HorizontalPodAutoscaler", lambda found: found.update(apiVersion="autoscaling/v2beta2"), "does not serve"),
        ("PodDisruptionBudget", lambda found: found.update(apiVersion="policy/v1beta1"), "does not serve"),
        ("Deployment", lambda found: found["spec"].update(replica=3), "'replica' was unexpected"),
        ("Service", lambda found: found["spec"]["ports"][0].update(port="grpc"), "'grpc' is not of type"),
        ("NetworkPolicy", lambda found: found["spec"].update(policyType=[]), "'policyType' was unexpected"),
        ("PrometheusRule", lambda found: found["spec"]["groups"][0]["rules"][0].update(sevrity="x"), "is not valid"),
        ("ServiceMonitor", lambda found: found["spec"]["endpoints"][0].update(ports="x"), "'ports' was unexpected"),
        ("HTTPRoute", lambda found: found.update(apiVersion="gateway.networking.k8s.io/v1beta1"), "does not serve"),
        ("HTTPRoute", lambda found: found["spec"]["rules"][0]["backendRefs"][0].pop("port"), "'port' is a required"),
    ],
)
def test_what_a_cluster_would_refuse_is_found(kind: str, change: Callable[[Object], object], said: str):
    def spoil(objects: list[Object]) -> None:
        change(of_kind(objects, kind)[0])

    assert said in found_in(spoil, each(lambda found: refused(found, "1.37")))


def set_label(found: Object, value: str) -> None:
    found["app.kubernetes.io/component"] = value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda objects: set_label(first(objects, "Deployment")["spec"]["selector"]["matchLabels"], "dirctory"),
            "Deployment/tandem-directory does not select its own pods",
        ),
        (
            lambda objects: first(objects, "Deployment")["spec"]["selector"]["matchLabels"].pop(
                "app.kubernetes.io/component"
            ),
            "Deployment/tandem-directory selects Deployment/tandem-directory, ",
        ),
        (
            lambda objects: set_label(first(objects, "Service")["spec"]["selector"], "dirctory"),
            "Service/tandem-directory selects the pods of 0 objects",
        ),
        (
            lambda objects: first(objects, "Service")["spec"]["ports"][0].update(port=50052),
            "Service/tandem-directory: no container listens on 50052",
        ),
        (
            lambda objects: set_label(
                first(objects, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"], "dirctory"
            ),
            "PodDisruptionBudget/tandem-directory guards 0 deployments",
        ),
        (
            lambda objects: first(objects, "Deployment")["spec"].update(replicas=1),
            "HorizontalPodAutoscaler/tandem-directory and its deployment both say",
        ),
        (
            lambda objects: first(objects, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"].update(name="gone"),
            "HorizontalPodAutoscaler/tandem-directory scales nothing",
        ),
        (
            lambda objects: of_kind(objects, "HTTPRoute")[0]["spec"]["rules"][0]["backendRefs"][0].update(port=80),
            "HTTPRoute/tandem-gateway leads to tandem-gateway:80",
        ),
        (
            lambda objects: objects.remove(first(objects, "ServiceAccount")),
            "Deployment/tandem-directory: there is no ServiceAccount/tandem-directory",
        ),
        (lambda objects: objects.append(first(objects, "Service")), "Service/tandem-directory is there twice"),
        (
            lambda objects: first(objects, "Job", "tandem-migrate")["spec"]["template"]["spec"].update(
                serviceAccountName="tandem-directory"
            ),
            "Job/tandem-migrate runs before ServiceAccount/tandem-directory is there",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_found(change: Change, said: str):
    assert said in found_in(change, dangling)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda spec: spec["ingress"].append({}), "ingress for everybody"),
        (lambda spec: spec["ingress"][0].update({"from": []}), "ingress for everybody"),
        (lambda spec: spec["ingress"][0]["from"].append({}), "ingress with a peer that is anybody"),
        (lambda spec: spec["ingress"][0].pop("ports"), "ingress on every port"),
        (
            lambda spec: spec["ingress"][0].update({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}),
            "ingress from anywhere",
        ),
        (lambda spec: spec["egress"].append({"to": [ANYWHERE]}), "egress on every port"),
        (lambda spec: set_label(spec["podSelector"]["matchLabels"], "dirctory"), "selects no pod"),
    ],
)
def test_an_open_policy_is_found(change: Callable[[Object], object], said: str):
    def spoil(objects: list[Object]) -> None:
        change(first(objects, "NetworkPolicy")["spec"])

    assert f"NetworkPolicy/tandem-directory{'' if said.startswith('selects') else ':'} {said}" in found_in(
        spoil, open_policies
    )


def test_a_pod_without_any_policy_is_found():
    def spoil(objects: list[Object]) -> None:
        for found in of_kind(objects, "NetworkPolicy"):
            objects.remove(found)

    found = found_in(spoil, open_policies)

    assert "Job/tandem-migrate: no policy for its egress" in found
    assert "Pod/tandem-smoke: no policy for its ingress" in found


def test_a_folder_that_is_ignored_takes_its_templates_with_it(tmp_path: Path):
    copy = tmp_path / "tandem"
    shutil.copytree(CHART, copy)
    (copy / ".helmignore").write_text("tests/\n")

    templates = render_files(values("default"), copy)

    # What the anchors in .helmignore are for: without them the smoke test is gone, and nothing says so.
    assert "tandem/templates/tests/smoke.yaml" not in templates
    assert "tandem/templates/tests/smoke.yaml" in render_files(values("default"))
