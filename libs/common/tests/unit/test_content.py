from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from common.content import ContentError, Node, Text, language, read_document

Reading = Callable[[str], Node]
_numbers = count()


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    package = f"content_probe_{next(_numbers)}"
    data = tmp_path / package / "data"
    data.mkdir(parents=True)
    (data.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def read(text: str) -> Node:
        (data / "file.yaml").write_text(text, encoding="utf-8")
        return read_document(package, "file.yaml")

    return read


def test_a_document_is_read_from_the_data_of_the_package_named(reading: Reading) -> None:
    node = reading("name: {zh-CN: 目标, en: Goal}\nkind: b\ndays: 3\nopen: false\nlines: [' one ', two]\n")

    assert node.text("name") == Text(zh="目标", en="Goal")
    assert node.choice("kind", ("a", "b")) == "b"
    assert node.integer("days", at_least=1) == 3
    assert node.boolean("open") is False
    assert node.strings("lines") == ("one", "two")
    node.end()


def test_an_entry_given_twice_is_refused(reading: Reading) -> None:
    with pytest.raises(ContentError, match=r"days given twice"):
        reading("days: 1\ndays: 2\n")


def test_a_document_that_is_no_mapping_is_refused(reading: Reading) -> None:
    with pytest.raises(ContentError, match=r"file\.yaml: expected a mapping"):
        reading("- one\n")


def test_an_entry_nobody_reads_is_named_with_its_place(reading: Reading) -> None:
    rules = reading("rules: {days: 1, dasy: 2}\n").node("rules")
    rules.integer("days")

    with pytest.raises(ContentError, match=r"file\.yaml\.rules: unknown dasy"):
        rules.end()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("other: 1", lambda node: node.string("key")),
        ("key: '  '", lambda node: node.string("key")),
        ("key: 1", lambda node: node.string("key")),
        ("key: true", lambda node: node.integer("key")),
        ("key: -1", lambda node: node.integer("key")),
        ("key: c", lambda node: node.choice("key", ("a", "b"))),
        ("key: [one, 2]", lambda node: node.strings("key")),
        ("key: [one]", lambda node: node.nodes("key")),
        ("key: []", lambda node: node.nodes("key")),
        ("key: {en: Goal}", lambda node: node.text("key")),
    ],
)
def test_a_missing_empty_or_mistyped_entry_names_its_place(
    reading: Reading, text: str, read: Callable[[Node], object]
) -> None:
    with pytest.raises(ContentError, match=r"file\.yaml\.key"):
        read(reading(text))


def test_a_list_entry_is_named_by_its_position(reading: Reading) -> None:
    _, second = reading("steps: [{name: one}, {name: 2}]\n").nodes("steps")

    with pytest.raises(ContentError, match=r"file\.yaml\.steps\[1\]\.name"):
        second.string("name")


def test_every_chinese_locale_reads_chinese_and_every_other_english() -> None:
    text = Text(zh="目标", en="Goal")

    assert [text.at(locale) for locale in ("zh-CN", "zh-TW", "ZH", "en-GB", "de")] == ["目标"] * 3 + ["Goal"] * 2
    assert language("zh-Hant") == "zh-CN"
