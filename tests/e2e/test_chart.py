"""The chart's evaluation, its pods run as containers: from nothing to a tenant, with what the chart renders alone."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from devstack.container import first_held

from tests.helm.chart import Object, job_of, of_kind, render, values
from tests.helm.kubelet import Kubelet

pytestmark = pytest.mark.infra("docker")

# Asked inside its pod, as a forwarded port is.
LOGIN = """
const person = { issuer: 'heron', external_id: 'admin' };
const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(person) };
const { access_token } = await (await fetch('http://127.0.0.1:8085/dev/token', asked)).json();
const gateway = 'http://tandem-gateway.hr.svc.cluster.local:8080/v1/me';
const answer = await fetch(gateway, { headers: { authorization: `Bearer ${access_token}` } });
console.log(await answer.text());
"""
Installed = tuple[Kubelet, list[Object], dict[str, Any]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """An installation of the evaluation: every deployment started, the Job run to its end."""
    objects = render(values("evaluation"))
    evaluation = {
        "postgres:18": first_held("tandem-postgres:18", "postgres:18"),
        "nats:2.12": first_held("tandem-nats:2", "nats:2.12"),
    }
    folder = tmp_path_factory.mktemp("volumes")
    kubelet = Kubelet(objects, folder, evaluation)
    try:
        deployments = of_kind(objects, "Deployment")
        running = {
            name: kubelet.start(found["spec"]["template"], name)
            for found in deployments
            if (name := found["metadata"]["name"])
        }
        for name in ("migrate", "tenants"):
            kubelet.start(job_of(objects, name)["spec"]["template"], name)
        yield kubelet, objects, running
    finally:
        kubelet.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_the_smoke_test_passes(installed: Installed):
    kubelet, objects, _ = installed
    (smoke,) = of_kind(objects, "Pod")

    assert "http://tandem-gateway.hr.svc.cluster.local:8080: ready" in kubelet.start(smoke, "smoke")


def test_every_service_is_ready(installed: Installed):
    kubelet, objects, _ = installed
    (smoke,) = of_kind(objects, "Pod")
    names = [found["metadata"]["name"] for found in of_kind(objects, "Service") if "appProtocol" in str(found)]
    urls = [f"grpc://{name}.hr.svc.cluster.local:50051" for name in names if name != "tandem-gateway"]
    smoke["spec"]["containers"][0]["args"] = ["smoke", *urls]

    assert kubelet.start(smoke, "smoke-all").splitlines() == [f"{url}: ready" for url in urls]


def test_the_first_administrator_is_let_in_by_the_development_identity_provider(installed: Installed):
    _, _, running = installed

    status, said = running["tandem-identity"].exec_run(["node", "--input-type=module", "--eval", LOGIN])

    me = json.loads(said)
    assert (status, me["kind"], me["tenant"]["name"]) == (0, "person", "heron")


def test_the_notes_command_makes_a_tenant(installed: Installed):
    _, _, running = installed
    command = "tandem-admin tenant create --name first --issuer https://login.example --first-admin admin"
    traits = "--jwks-uri https://login.example/keys --locale en --zone Europe/Berlin --calendar US"

    status, said = running["tandem-directory"].exec_run(f"{command} {traits}")

    assert (status, said.decode().split()[-1]) == (0, "created")
