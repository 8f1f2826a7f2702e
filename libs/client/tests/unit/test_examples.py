"""The example files promise what the tour tells."""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import mean, pstdev

import yaml

HERON = Path(__file__).parents[4] / "examples" / "heron"


def rows(name: str) -> list[dict[str, str]]:
    with (HERON / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def conversions() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows("kpis.csv"):
        if row["指标"] == "lead_conversion":
            found[row["周期"]][row["工号"]] = float(row["实际"])
    return found


def test_the_salesperson_converts_fifteen_percent_less_than_the_team():
    latest = conversions()["2026-08"]
    team = mean(latest.values())

    assert len(latest) >= 5
    assert round((team - latest["S01"]) / team * 100, 6) == 15
    assert team - latest["S01"] >= pstdev(latest.values())


def test_the_salesperson_has_fallen_for_three_periods():
    own = [values["S01"] for _, values in sorted(conversions().items())]

    assert len(own) == 4
    assert own == sorted(own, reverse=True)
    assert len(set(own)) == 4


def test_october_shows_five_percent_more():
    october = next(r for r in rows("kpis-2026-10.csv") if (r["工号"], r["指标"]) == ("S01", "lead_conversion"))

    assert float(october["实际"]) == round(conversions()["2026-08"]["S01"] * 1.05, 6)


def test_everybody_with_a_figure_or_fact_is_among_the_people():
    people = {row["工号"] for row in rows("people.csv")}

    assert {row["工号"] for name in ("kpis.csv", "kpis-2026-10.csv", "facts.csv") for row in rows(name)} <= people
    assert {row["上级工号"] for row in rows("people.csv") if row["上级工号"]} <= people


def test_the_mapping_names_columns_that_are_there():
    mapping = yaml.safe_load((HERON / "people.yaml").read_text(encoding="utf-8"))
    headers = set(rows("people.csv")[0])

    assert {*mapping["columns"].values(), *(rule["column"] for rule in mapping["rules"])} <= headers
