"""The documents say what is so: generated tables fit the code, links lead somewhere, commands exist."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from common.settings import MigrationSettings, ServiceSettings
from gateway.settings import GatewaySettings
from notification.settings import NotificationSettings

ROOT = Path(__file__).parents[2]
PLACES = ("*.md", "deploy/**/*.md", "docs/**/*.md", "services/*/README.md")
DOCUMENTS = sorted(path for place in PLACES for path in ROOT.glob(place))
TARGETS = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def generated() -> Iterator[tuple[str, str, str]]:
    """Yield each document with generated tables: its name, its text, and the text the code would write."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name in generate.DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        yield name, text, generate.refreshed(text)
    for name, content in generate.FILES.items():
        yield name, (ROOT / name).read_text(encoding="utf-8"), content()


def test_every_generated_table_is_what_the_code_says():
    for name, text, fresh in generated():
        assert text == fresh, f"{name} has come apart from the code; run `make docs`"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))

    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_that_is_named_exists(document: Path):
    named = set(re.findall(r"(?:`|^|  )make ([a-z][a-z0-9-]+)", document.read_text(encoding="utf-8"), re.MULTILINE))

    assert named <= TARGETS


def test_every_setting_is_explained():
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    settings = {
        f"TANDEM_{name.upper()}"
        for each in (ServiceSettings, MigrationSettings, GatewaySettings, NotificationSettings)
        for name in each.model_fields
    }

    assert {name for name in settings if f"`{name}`" not in document} == set()


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]

    assert numbers == list(range(1, len(numbers) + 1))
