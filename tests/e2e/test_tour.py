"""The README's tour is what it says: its commands are run as they stand, and print what is shown beneath them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from devstack.testing import StackUnderTest

# The README speaks of `make run`, which starts processes.
pytestmark = pytest.mark.infra("embedded")

ROOT = Path(__file__).parents[2]
# A block of commands, and what the README shows of its output.
_BLOCK = re.compile(r"```sh\n(?P<commands>.*?)```\n(?:\n```text\n(?P<shown>.*?)```\n)?", re.DOTALL)
_BEGIN = "=== block "


def blocks() -> list[tuple[str, str]]:
    """Return every block of the tour: its commands and the output that is shown."""
    tour = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Tour")[2].partition("\n## ")[0]
    return [(found["commands"], found["shown"] or "") for found in _BLOCK.finditer(tour)]


def as_pattern(line: str) -> re.Pattern[str]:
    """Return what a shown line matches: any white space, any rest for `…`, any minute and second of an hour."""
    words = (re.sub(r"\b(\d\d):\d\d\b", r"\1:\\d\\d(:\\d\\d)?", re.escape(word)) for word in line.split())
    return re.compile(r"\s+".join(words).replace("…", ".*"))


@pytest.fixture(scope="module")
def workplace(stack: StackUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that looks as the repository does to whoever walks the tour while a new stack runs."""
    stack.create_demo_tenants()
    folder = tmp_path_factory.mktemp("tour")
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / ".tandem").symlink_to(stack.folder)
    return folder


@pytest.fixture(scope="module")
def printed(workplace: Path) -> list[str]:
    """Walk the tour in one shell, as it is copied; return what each block printed."""
    marked = "".join(f"echo '{_BEGIN}'\n{commands}" for commands, _ in blocks())
    own = {name: value for name, value in os.environ.items() if not name.startswith(("TANDEM_", "LC_", "LANG"))}
    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", marked],
        cwd=workplace,
        env={**own, "HOME": str(workplace), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outputs = walked.stdout.split(f"{_BEGIN}\n")[1:]
    stopped_at = blocks()[len(outputs) - 1][0]
    assert walked.returncode == 0, f"the tour ended with {walked.returncode} in\n{stopped_at}\n{outputs[-1][-3000:]}"
    return outputs


def test_every_command_of_the_tour_succeeds(printed: list[str]) -> None:
    assert len(printed) == len(blocks()) > 10


@pytest.mark.parametrize("number", [number for number, (_, shown) in enumerate(blocks()) if shown])
def test_the_tour_prints_what_the_readme_shows(printed: list[str], number: int) -> None:
    missing = [line for line in blocks()[number][1].splitlines() if not as_pattern(line).search(printed[number])]

    assert missing == [], printed[number]
