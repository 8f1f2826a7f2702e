"""Writes what the chart's monitoring derives: SLO rules and dashboards. `make monitoring` runs it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from deploy.monitoring import slos

CHART = Path(__file__).parents[1] / "helm"
_NOTE = "# Written by `make monitoring` from deploy/monitoring/slos.yaml.\n"


def files() -> Iterator[tuple[Path, str]]:
    """Yield every file that is written: its path and its text."""
    for slo in slos.load(Path(__file__).with_name("slos.yaml")):
        text = yaml.safe_dump(slos.rule_file(slo), sort_keys=False, allow_unicode=True, width=10_000)
        yield CHART / "rules" / "slo" / f"{slo.name}.yaml", _NOTE + text


def main() -> None:
    """Write every file anew; say which changed."""
    for path, text in files():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(CHART.parents[1])} written\n")


if __name__ == "__main__":
    main()
