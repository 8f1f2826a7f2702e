"""Every value set renders to objects that each supported Kubernetes takes, the same ones each time."""

import tomllib

import helm_python
import pytest

from tests.helm import chart, kubernetes
from tests.helm.chart import CHART, NAMESPACE, VALUE_SETS, name_of, parse, render, render_files, values, with_
from tests.helm.kubernetes import VERSIONS, refused
from tests.helm.references import dangling


@pytest.mark.parametrize("name", VALUE_SETS)
def test_helm_has_no_complaint(name: str):
    report = helm_python.lint(CHART, values(name), strict=True, namespace=NAMESPACE, kube_version="v1.30.0")

    found = [each for each in report["messages"] if each["severity"] > 1]
    assert (found, report["errors"]) == ([], [])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", VALUE_SETS)
def test_every_object_is_one_that_kubernetes_knows(name: str, version: str):
    assert [reason for found in render(values(name)) for reason in refused(found, version)] == []


@pytest.mark.parametrize("name", VALUE_SETS)
def test_every_reference_leads_somewhere(name: str):
    assert dangling(render(values(name))) == []


@pytest.mark.parametrize("name", VALUE_SETS)
def test_every_object_names_its_namespace_and_fits_into_a_dns_label(name: str):
    ours = [found for found in render(values(name)) if "helm.sh/chart" in found["metadata"].get("labels", {})]

    assert ours
    assert [name_of(found) for found in ours if found["metadata"].get("namespace") != NAMESPACE] == []
    assert [name_of(found) for found in ours if len(found["metadata"]["name"]) > 63] == []


@pytest.mark.parametrize("name", VALUE_SETS)
def test_the_same_values_give_the_same_text_whatever_their_order(name: str):
    given = with_(name, "evaluation.seed", "fixed")
    turned = dict(reversed(given.items()))

    assert render_files(given) == render_files(turned)


def test_an_upgrade_gives_the_plain_job_a_new_name():
    def job(revision: int) -> str:
        with helm_python.Chart.load(CHART) as loaded:
            files = loaded.render(values("no-hooks"), name="tandem", revision=revision)
        return str(parse(files["tandem/templates/migrate-job.yaml"])[0]["metadata"]["name"])

    assert [job(1), job(2)] == ["tandem-migrate-0-1-0-1", "tandem-migrate-0-1-0-2"]


def test_the_chart_and_the_product_have_one_version():
    (found,) = parse((CHART / "Chart.yaml").read_text())
    project = tomllib.loads((CHART.parents[1] / "pyproject.toml").read_text())["project"]

    assert found["version"] == found["appVersion"] == project["version"]


def test_however_many_tests_ask_a_value_set_is_rendered_and_a_schema_read_once():
    """What keeps the gate at seconds: a rendering costs 0.2 s, Kubernetes' schemas of one version 1 MB."""
    for _ in range(2):
        for found in render(values("large")):
            refused(found, "1.37")
    before = chart._rendered.cache_info().misses, kubernetes._validator.cache_info().misses

    for found in render(values("large")):
        refused(found, "1.37")
        found["kind"] = "changed"

    assert (chart._rendered.cache_info().misses, kubernetes._validator.cache_info().misses) == before
    assert "changed" not in {found["kind"] for found in render(values("large"))}


def test_a_digest_wins_over_the_tag_and_the_global_registry_over_the_own():
    given = with_("default", "image", {"registry": "own", "tag": "9", "digests": {"metrics": f"sha256:{'a' * 64}"}})
    images = {
        each["image"] for found in render(given | {"global": {"imageRegistry": "all"}}) if found["kind"] == "Deployment"
        for each in found["spec"]["template"]["spec"]["containers"]
    }  # fmt: skip

    assert f"all/tandem-metrics@sha256:{'a' * 64}" in images
    assert "all/tandem-directory:9" in images
