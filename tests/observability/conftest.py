"""Where promtool is, and how it is asked."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.observability.chart import ROOT

Promtool = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def promtool() -> Promtool:
    """Return a call of promtool with the arguments given; it is fetched where it is missing."""
    fetch = [sys.executable, ROOT / ".ci" / "get_promtool.py", ROOT / ".tandem" / "tools"]
    path = subprocess.run(fetch, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([path, *arguments], check=False, capture_output=True, text=True)

    return call
