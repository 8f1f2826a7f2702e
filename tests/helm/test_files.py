"""Every file of the chart is where a template looks for it, and every example is what it says."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.helm.chart import CHART, of_kind, parse, render, values, with_

TEMPLATES = "\n".join(path.read_text() for path in sorted((CHART / "templates").rglob("*")) if path.is_file())
EXAMPLES = sorted((CHART / "examples").glob("*.yaml"))
RULES = sorted((CHART / "rules").glob("*/*.yaml"))
DASHBOARDS = sorted((CHART / "dashboards").glob("*.json"))


def patterns(templates: str) -> list[str]:
    """Return the paths and globs under which templates read files."""
    return re.findall(r'\.Files\.(?:Glob|Get) "([^"]+)"', templates)


def unmatched(chart: Path, templates: str) -> tuple[set[str], set[str]]:
    """Return the globs that find no file, and the files of those folders that no glob finds."""
    names = {str(path.relative_to(chart)) for path in chart.rglob("*") if path.is_file()}
    found = {glob: {name for name in names if fnmatch(name, glob)} for glob in patterns(templates)}
    folders = {glob.partition("/")[0] for glob in found}
    meant = {name for name in names if name.partition("/")[0] in folders}
    return {glob for glob, matched in found.items() if not matched}, meant - set().union(*found.values())


def test_every_glob_finds_files_and_every_file_is_found():
    assert patterns(TEMPLATES)
    assert unmatched(CHART, TEMPLATES) == (set(), set())


def test_a_file_with_another_ending_is_noticed(tmp_path: Path):
    (tmp_path / "rules" / "slo").mkdir(parents=True)
    (tmp_path / "rules" / "slo" / "one.yml").touch()

    assert unmatched(tmp_path, TEMPLATES.replace("dashboards/", "rules/"))[0] >= {"rules/*/*.yaml"}
    assert "rules/slo/one.yml" in unmatched(tmp_path, TEMPLATES)[1]


def test_every_rule_becomes_an_object_with_its_runbook_where_it_is_published():
    rules = of_kind(render(values("production")), "PrometheusRule")
    links = [
        rule["annotations"]["runbook_url"]
        for found in rules
        for group in found["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]

    assert len(rules) == len(RULES)
    assert links
    assert [link for link in links if not re.fullmatch(r"https://docs\.tandem\.example/runbooks/\w+\.md", link)] == []


def test_a_rule_can_be_left_out():
    everything = of_kind(render(values("large")), "PrometheusRule")
    given = with_("large", "monitoring.rules.exclude", [RULES[0].stem])

    assert len(everything) - len(of_kind(render(given), "PrometheusRule")) == 1


def test_every_dashboard_becomes_a_config_map_as_it_is():
    maps = [
        found
        for found in of_kind(render(values("production")), "ConfigMap")
        if found["metadata"]["labels"].get("grafana_dashboard") == "1"
    ]

    assert {name: json.loads(text) for found in maps for name, text in found["data"].items()} == {
        path.name: json.loads(path.read_text()) for path in DASHBOARDS
    }
    assert all(found["metadata"]["annotations"] == {"grafana_folder": "Tandem"} for found in maps)


def test_metrics_are_scraped_under_the_names_that_pushed_ones_have():
    (found,) = of_kind(render(values("production")), "ServiceMonitor")
    (endpoint,) = found["spec"]["endpoints"]

    assert endpoint["port"] == "telemetry"
    assert endpoint["honorLabels"]
    assert {each["targetLabel"]: each.get("separator") for each in endpoint["relabelings"]} == {
        "service_name": None,
        "service_instance_id": ".",
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_whole(path: Path):
    documents = parse(path.read_text())

    assert documents
    # Others are values of other charts, or files of other programs.
    objects = [found for found in documents if "kind" in found]
    assert all({"apiVersion", "metadata", "spec"} <= set(found) for found in objects)


def test_the_brokers_example_loses_nothing_when_the_power_fails():
    (found,) = parse((CHART / "examples" / "nats-values.yaml").read_text())

    assert found["config"]["cluster"] == {"enabled": True, "replicas": 3}
    assert found["config"]["jetstream"]["merge"] == {"sync_interval": "always", "unique_tag": "az"}


def test_the_collectors_pipelines_use_what_is_configured():
    (found,) = parse((CHART / "examples" / "otel-collector-values.yaml").read_text())
    config = found["config"]

    for kind in ("receivers", "processors", "exporters"):
        named = {each for pipeline in config["service"]["pipelines"].values() for each in pipeline[kind]}
        assert named == set(config[kind])


def test_argo_cd_installs_this_chart():
    (found,) = parse((CHART / "examples" / "argocd-application.yaml").read_text())
    source = found["spec"]["source"]

    assert CHART.match(source["path"])
    assert all((CHART / name).is_file() for name in source["helm"]["valueFiles"])
