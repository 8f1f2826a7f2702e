"""Rules are sound, fire when they should and else keep silent, and tell whoever is called what to do."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from tests.observability.chart import ROOT, RUNBOOKS, alerts, rule_files, rules
from tests.observability.conftest import Promtool
from tests.observability.slo_cases import cases

TESTS = sorted(Path(__file__).with_name("rules").glob("*.test.yaml"))
SECTIONS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]


def test_prometheus_takes_every_rule(promtool: Promtool):
    checked = promtool("check", "rules", *rule_files())

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name.removesuffix(".test.yaml"))
def test_alerts_fire_and_keep_silent_as_said(promtool: Promtool, path: Path):
    tested = promtool("test", "rules", path)

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_no_file_has_more_than_one_alert():
    for path in rule_files():
        names = {rule["alert"] for rule in rules(path) if "alert" in rule}
        assert len(names) <= 1, f"{path.name}: {names}"


def test_every_alert_is_tested_firing_and_silent():
    firing, silent = set(), set()
    for document in [*(yaml.safe_load(path.read_text(encoding="utf-8")) for path in TESTS), *cases()]:
        for check in (check for test in document["tests"] for check in test["promql_expr_test"]):
            (name,) = re.findall(r'alertname="(\w+)"', check["expr"])
            (firing if check["exp_samples"] else silent).add(name)
    names = {rule["alert"] for rule in alerts()}

    assert (firing, silent) == (names, names)


def test_every_alert_says_how_bad_it_is_and_where_help_is():
    for rule in alerts():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
        assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{rule['alert']}.md"


def test_every_alert_has_a_runbook_and_every_runbook_an_alert():
    assert {path.stem for path in RUNBOOKS.glob("Tandem*.md")} == {rule["alert"] for rule in alerts()}


@pytest.mark.parametrize("path", sorted(RUNBOOKS.glob("Tandem*.md")), ids=lambda path: path.stem)
def test_a_runbook_has_its_four_parts_and_a_command_to_begin_with(path: Path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == SECTIONS
    assert text.startswith(f"# {path.stem}\n")
    assert "```" in text.partition("## Diagnosis")[2]


def test_runbooks_look_for_log_lines_that_are_written():
    written = {
        event
        for path in [*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")]
        for event in re.findall(r'log\.\w+\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    for path in RUNBOOKS.glob("*.md"):
        wanted = set(re.findall(r'\.event == "(\w+)"', path.read_text(encoding="utf-8")))
        assert wanted <= written, f"{path.name}: {wanted - written}"


def test_texts_use_only_labels_that_the_alert_has():
    labels = defaultdict(set)
    for path in TESTS:
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for sample in (sample for check in test["promql_expr_test"] for sample in check["exp_samples"]):
                found = dict(re.findall(r'(\w+)="([^"]*)"', sample["labels"]))
                labels[found["alertname"]] |= found.keys()
    for rule in alerts():
        used = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
        assert used <= labels[rule["alert"]], rule["alert"]
