"""The documents say what is so: generated tables fit the code, links lead somewhere, commands exist."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from common.settings import MigrationSettings, ServiceSettings
from directory.admin import app as platform
from gateway.settings import GatewaySettings
from notification.settings import NotificationSettings
from ops.cli import app as operators

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


def commands(text: str) -> Iterator[list[str]]:
    """Yield each operator's command line that stands in a document's code, as words."""
    for code in re.findall(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", text, re.DOTALL):
        for line in re.findall(r"tandem-(?:ops|admin)(?: [^\n|;`)#]*)", "".join(code).replace("\\\n", " ")):
            yield line.split()


def complaint(words: list[str]) -> str | None:
    """Return what is wrong with an operator's command line: no such command, no such option; None if nothing is."""
    command = typer.main.get_command({"tandem-ops": operators, "tandem-admin": platform}[words[0]])
    rest = words[1:]
    while rest and not rest[0].startswith("-") and (known := getattr(command, "commands", None)):
        if rest[0] not in known:
            return f"{' '.join(words)}: there is no {rest[0]}"
        command, rest = known[rest[0]], rest[1:]
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    unknown = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in options]
    return f"{' '.join(words)}: there is no {', '.join(unknown)}" if unknown else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_operators_command_that_is_named_exists(document: Path):
    found = [complaint(words) for words in commands(document.read_text(encoding="utf-8"))]

    assert [each for each in found if each] == []


def test_a_command_that_does_not_exist_is_noticed():
    block = "```sh\ntandem-ops check \\\n  --graces 3\n```"
    said = f"`tandem-ops bakcup base` and\n{block}\n`tandem-admin tenant create --name x`"

    assert [complaint(words) for words in commands(said)] == [
        "tandem-ops bakcup base: there is no bakcup",
        "tandem-ops check --graces 3: there is no --graces",
        None,
    ]


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
