"""A real Prometheus, fetched where it is missing, that scrapes what it is given and answers queries."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from devstack.ports import HOST, any_free

from tests.observability.chart import ROOT, RULES


def program(name: str) -> str:
    """Return where `prometheus` or `promtool` is."""
    command = [sys.executable, ROOT / ".ci" / "get_prometheus.py", ROOT / ".tandem" / "tools", name]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Prometheus:
    """A running server, asked over HTTP."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self._process = process

    def ask(self, query: str) -> list[dict[str, Any]]:
        """Return the series that the query has now; raises AssertionError with what is wrong with it."""
        address = f"{self.url}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                result: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as refused:
            if refused.code == 503:
                # It has only just been started.
                raise
            raise AssertionError(f"{query}: {json.load(refused)['error']}") from refused
        return result

    def wait_for(self, condition: Callable[[], object], seconds: float = 90) -> None:
        """Wait until the condition holds."""
        until = time.monotonic() + seconds
        while not self._holds(condition):
            assert self._process.poll() is None, "Prometheus has ended; its log lies beside its data"
            assert time.monotonic() < until, f"not within {seconds} s"
            time.sleep(0.5)

    def _holds(self, condition: Callable[[], object]) -> bool:
        try:
            return bool(condition())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def scraping(folder: Path, targets: Mapping[str, tuple[str, int]]) -> Iterator[Prometheus]:
    """Run one with the chart's rules; `targets` are instances with their service and port of `/metrics`."""
    scrape = {
        "job_name": "tandem",
        "honor_labels": True,
        "static_configs": [
            {
                "targets": [f"{HOST}:{port}"],
                "labels": {"service_name": service, "service_instance_id": f"local.{instance}.{service}"},
            }
            for instance, (service, port) in targets.items()
        ],
    }
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [f"{room}/*.yaml" for room in RULES.iterdir()],
        "scrape_configs": [scrape],
    }
    folder.mkdir(parents=True)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    (port,) = any_free(1)
    command = [
        program("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            yield Prometheus(f"http://{HOST}:{port}", process)
        finally:
            process.terminate()
