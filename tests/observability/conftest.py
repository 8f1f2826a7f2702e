"""Where promtool is, and how it is asked."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.observability.prometheus import program

Promtool = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def promtool() -> Promtool:
    """Return a call of promtool with the arguments given; it is fetched where it is missing."""
    path = program("promtool")

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([path, *arguments], check=False, capture_output=True, text=True)

    return call
