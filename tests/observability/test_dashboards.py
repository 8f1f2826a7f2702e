"""Dashboards that fit any Grafana with these data sources, say what they show, and lead on from there."""

import re
from typing import Any

import pytest

from tests.observability.chart import dashboards, panels

BOARDS = dashboards()
ALL = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def test_there_are_the_six_that_are_promised():
    assert {*BOARDS} == {"platform-overview", "service-red", "messaging", "database", "python-runtime", "slo"}
    assert {board["uid"] for board in BOARDS.values()} == {f"tandem-{name}" for name in BOARDS}
    assert {board["schemaVersion"] for board in BOARDS.values()} == {42}


@ALL
def test_a_panel_says_what_it_shows_in_which_unit_and_from_where(board: dict[str, Any]):
    for panel in panels(board):
        assert panel["description"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        sources = {panel["datasource"]["uid"], *(each["datasource"]["uid"] for each in panel["targets"])}
        assert sources == {"${metrics}"}, panel["title"]


@ALL
def test_no_panel_covers_another(board: dict[str, Any]):
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells


@ALL
def test_a_query_uses_only_variables_that_the_dashboard_has(board: dict[str, Any]):
    known = {variable["name"] for variable in board["templating"]["list"]}
    text = str([[panel["targets"], panel["fieldConfig"]] for panel in panels(board)])
    used = {name for name in re.findall(r"\$\{?(\w+)", text) if not name.startswith("__")}

    assert used <= known
    assert {"metrics", "traces", "logs", "namespace"} <= known


@ALL
def test_every_choice_can_be_all(board: dict[str, Any]):
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            assert (variable["includeAll"], variable["allValue"], variable["multi"]) == (True, ".*", True)


@ALL
def test_curves_of_a_service_lead_to_its_traces_and_logs(board: dict[str, Any]):
    for panel in panels(board):
        if panel["type"] == "timeseries" and all("service" in target["expr"] for target in panel["targets"]):
            links = [link["url"] for link in panel["fieldConfig"]["defaults"]["links"]]
            assert [re.findall(r"\$\{(traces|logs)\}", link) for link in links] == [["traces"], ["logs"]], panel[
                "title"
            ]


def test_durations_show_the_exemplars_of_their_traces():
    durations = [
        target
        for name in ("service-red", "messaging", "database")
        for panel in panels(BOARDS[name])
        for target in panel["targets"]
        if panel["title"].startswith(("Duration", "Slowest"))
    ]

    assert len(durations) > 10
    assert all(target["exemplar"] for target in durations)
