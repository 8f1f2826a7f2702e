"""The promises' alerts, and what is written of them."""

from pathlib import Path

import pytest
import yaml

from deploy.monitoring import slos
from deploy.monitoring.__main__ import files
from tests.observability.chart import ROOT
from tests.observability.conftest import Promtool
from tests.observability.slo_cases import PAGE, cases


def test_what_was_written_is_what_would_be_written_now():
    for path, text in files():
        assert path.read_text(encoding="utf-8") == text, f"{path.relative_to(ROOT)}: run `make monitoring`"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["tests"][0]["name"])
def test_a_promise_calls_for_help_when_it_breaks_and_not_before(promtool: Promtool, tmp_path: Path, case: dict):
    path = tmp_path / "slo.test.yaml"
    path.write_text(yaml.safe_dump(case))

    tested = promtool("test", "rules", path)

    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("slo", PAGE, ids=lambda slo: slo.name)
def test_a_promise_counts_either_good_events_or_bad_ones(slo: slos.Slo):
    assert bool(slo.good) != bool(slo.bad)
    assert 90 < slo.objective < 100
