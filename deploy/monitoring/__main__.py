"""Writes what the chart's monitoring derives: SLO rules and dashboards. `make monitoring` runs it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.monitoring import slos
from deploy.monitoring.dashboards import database, messaging, overview, python_runtime, service_red, slo

CHART = Path(__file__).parents[1] / "helm"
DASHBOARDS = {
    "platform-overview": overview,
    "service-red": service_red,
    "messaging": messaging,
    "database": database,
    "python-runtime": python_runtime,
    "slo": slo,
}
_NOTE = "# Written by `make monitoring` from deploy/monitoring/slos.yaml.\n"


def files() -> Iterator[tuple[Path, str]]:
    """Yield every file that is written: its path and its text."""
    for promise in slos.load(Path(__file__).with_name("slos.yaml")):
        text = yaml.safe_dump(slos.rule_file(promise), sort_keys=False, allow_unicode=True, width=10_000)
        yield CHART / "rules" / "slo" / f"{promise.name}.yaml", _NOTE + text
    for name, module in DASHBOARDS.items():
        text = json.dumps(module.dashboard(), cls=JSONEncoder, indent=1, sort_keys=True, ensure_ascii=False)
        yield CHART / "dashboards" / f"{name}.json", f"{text}\n"


def main() -> None:
    """Write every file anew; say which changed."""
    for path, text in files():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(CHART.parents[1])} written\n")


if __name__ == "__main__":
    main()
