"""The base image of a site without an image registry comes from the mirror that the machine itself uses."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

MIRROR = "http://mirror.example/pool/debian"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return the module as `make images` runs it, beside its fellows."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "deploy" / "docker"))
    yield importlib.import_module("offline")
    for name in ("offline", "engine"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("sources.list", f"deb {MIRROR} bookworm main\n"),
        ("sources.list", f"# of the installer\ndeb [signed-by=/usr/share/keyrings/d.gpg] {MIRROR}/ bookworm main\n"),
        ("sources.list.d/debian.sources", f"Types: deb\nURIs: {MIRROR}\nSuites: bookworm bookworm-updates\n"),
        ("sources.list.d/debian.sources", f"Types: deb\nURIs: {MIRROR}-security\n\nTypes: deb\nURIs: {MIRROR}\n"),
    ],
    ids=["one line", "with options", "stanzas", "security first"],
)
def test_the_machines_mirror_is_found(offline: ModuleType, tmp_path: Path, file: str, content: str) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "another.list").write_text("deb https://packages.example/apt stable main\n")
    (tmp_path / file).write_text(content)

    assert offline.mirror(tmp_path) == MIRROR


def test_without_one_the_build_ends_and_says_so(offline: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Debian machine"):
        offline.mirror(tmp_path)
