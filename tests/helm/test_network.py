"""The network lets through what the call graph says, and nothing else."""

import json

import pytest
from ops.topology import SERVICES

from tests.helm.chart import VALUE_SETS, Object, defaults, environment, of_kind, pod_of, render, values, with_
from tests.helm.network import open_policies, reaches
from tests.helm.references import Labels

NAMES = [service.name for service in SERVICES]
CALLS = {service.name: set(service.calls) for service in SERVICES}
PORT = {name: 8080 if name == "gateway" else 50051 for name in NAMES}


def labels(component: str) -> Labels:
    return {
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/instance": "tandem",
        "app.kubernetes.io/name": "tandem",
    }


def test_the_charts_call_graph_is_the_codes():
    services = defaults()["services"]

    assert {name: set(given.get("calls", [])) for name, given in services.items()} == CALLS
    assert {name for name, given in services.items() if given.get("stored", True)} == {
        service.name for service in SERVICES if service.has_database
    }


@pytest.mark.parametrize("name", VALUE_SETS)
def test_nothing_is_left_open(name: str):
    assert open_policies(render(values(name))) == []


@pytest.mark.parametrize("name", VALUE_SETS)
def test_pods_reach_those_that_they_call(name: str):
    objects = render(values(name))
    # Who is not there in this value set has no policy of its own, and the default denies.
    reached = {
        caller: {callee for callee in NAMES if reaches(objects, labels(caller), labels(callee), PORT[callee])}
        for caller in [*NAMES, "migrate", "smoke", "tenants", "trace", "identity"]
    }

    tests = {"smoke": {"gateway"}, "trace": {"gateway"} if name == "production" else set()}
    assert reached == {**CALLS, **tests, "migrate": set(), "tenants": set(), "identity": set()}


def test_no_pod_reaches_another_port_of_those_that_it_calls():
    objects = render(values("default"))

    assert not reaches(objects, labels("gateway"), labels("directory"), 9464)
    assert not reaches(objects, labels("gateway"), labels("directory"), 22)


def test_a_pod_of_another_release_reaches_nothing():
    objects = render(values("default"))
    stranger = {**labels("gateway"), "app.kubernetes.io/instance": "other"}

    assert [name for name in NAMES if reaches(objects, stranger, labels(name), PORT[name])] == []


def test_an_evaluations_servers_are_reached_by_those_that_need_them():
    objects = render(values("evaluation"))
    everybody = [*NAMES, "migrate", "smoke", "tenants", "identity", "nats", "postgres"]

    def reaching(server: str, port: int) -> set[str]:
        return {name for name in everybody if reaches(objects, labels(name), labels(server), port)}

    assert reaching("postgres", 5432) == {*NAMES, "migrate", "tenants"} - {"gateway"}
    assert reaching("nats", 4222) == {*NAMES, "migrate", "tenants"}
    assert reaching("identity", 8085) == {"gateway"}


def test_without_policies_the_chart_makes_none():
    assert of_kind(render(with_("default", "networkPolicy.enabled", False)), "NetworkPolicy") == []


@pytest.mark.parametrize("service", NAMES)
def test_addresses_are_those_of_headless_services(service: str):
    objects = render(values("default"))
    callees = json.loads(environment(objects, service)["TANDEM_CALLEES"])
    services = {found["metadata"]["name"]: found["spec"] for found in of_kind(objects, "Service")}

    assert set(callees) == CALLS[service]
    for callee, address in callees.items():
        assert address == f"dns:///tandem-{callee}.hr.svc.cluster.local:50051"
        assert services[f"tandem-{callee}"]["clusterIP"] == "None"


@pytest.mark.parametrize("service", [name for name in NAMES if name != "gateway"])
def test_a_service_lets_in_the_accounts_of_its_callers(service: str):
    objects = render(values("default"))
    accounts = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod["spec"]["serviceAccountName"]
        for found in of_kind(objects, "Deployment")
        if (pod := pod_of(found))
    }

    assert json.loads(environment(objects, service)["TANDEM_CALLERS"]) == {
        caller: f"system:serviceaccount:hr:{accounts[caller]}" for caller in NAMES if service in CALLS[caller]
    }


def tokens_of(objects: list[Object], service: str) -> list[Object]:
    (found,) = (each for each in of_kind(objects, "Deployment") if each["metadata"]["name"] == f"tandem-{service}")
    (secrets,) = (each for each in found["spec"]["template"]["spec"]["volumes"] if each["name"] == "secrets")
    sources = secrets["projected"]["sources"]
    return [source["serviceAccountToken"] for source in sources if "serviceAccountToken" in source]


@pytest.mark.parametrize("service", NAMES)
def test_a_pod_has_one_token_for_each_that_it_calls(service: str):
    objects = render(values("default"))
    tokens = [token for token in tokens_of(objects, service) if "audience" in token]

    assert {token["audience"]: token["path"] for token in tokens} == {
        f"tandem-{callee}": f"workload/{callee}" for callee in CALLS[service]
    }
    assert {token["expirationSeconds"] for token in tokens} <= {600}
    assert ("TANDEM_WORKLOAD_TOKENS" in environment(objects, service)) == bool(CALLS[service])


@pytest.mark.parametrize("service", NAMES)
def test_only_who_asks_the_clusters_api_for_keys_has_a_token_for_it(service: str):
    asked, told = (
        [token for token in tokens_of(render(values(name)), service) if "audience" not in token]
        for name in ("default", "production")
    )

    assert [token["path"] for token in asked] == ([] if service == "gateway" else ["workload-keys/token"])
    assert told == []


def test_a_mesh_takes_the_place_of_tokens():
    objects = render(values("no-hooks"))

    assert "serviceAccountToken" not in json.dumps(objects)
    assert all("WORKLOAD" not in name for service in NAMES for name in environment(objects, service))
