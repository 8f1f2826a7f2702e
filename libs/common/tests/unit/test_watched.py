"""Files that change under a running process, as Kubernetes and as people change them."""

import os
from pathlib import Path

import pytest
from common.logging import configure_logging
from common.watched import Watched


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """A file as the kubelet mounts it: a link through `..data` to a folder that is replaced as a whole."""
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "key").write_text("one")
    (tmp_path / "..data").symlink_to("first")
    (tmp_path / "key").symlink_to("..data/key")
    return tmp_path / "key"


def replace(mounted: Path, content: str) -> None:
    folder = mounted.parent
    (folder / "second").mkdir()
    (folder / "second" / "key").write_text(content)
    (folder / "..new").symlink_to("second")
    (folder / "..new").replace(folder / "..data")


def test_a_replaced_link_is_followed(mounted: Path) -> None:
    held = Watched(mounted, str.upper)
    assert held() == "ONE"
    replace(mounted, "two")
    assert held() == "TWO"


def test_a_replacement_of_the_same_size_and_time_is_seen(mounted: Path) -> None:
    held = Watched(mounted, str)
    first = mounted.stat()
    replace(mounted, "two")
    os.utime(mounted, ns=(first.st_atime_ns, first.st_mtime_ns))
    assert held() == "two"


def test_a_file_that_has_not_changed_is_parsed_once(tmp_path: Path) -> None:
    parsed: list[str] = []
    (tmp_path / "key").write_text("one")
    held = Watched(tmp_path / "key", parsed.append)
    for _ in range(3):
        held()
    assert parsed == ["one"]


def test_what_no_longer_makes_sense_leaves_the_old_in_force_and_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("test", "json")
    path = tmp_path / "number"
    path.write_text("1")
    held = Watched(path, int)
    path.write_text("one and a half")
    assert [held(), held()] == [1, 1]
    said = capsys.readouterr()
    assert (said.out + said.err).count("changed_file_not_taken_over") == 1
    assert "half" not in said.out + said.err
    path.write_text("22")
    assert held() == 22


def test_a_file_that_is_away_for_a_while_leaves_the_old_in_force(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("one")
    held = Watched(path, str)
    path.unlink()
    assert held() == "one"
    path.write_text("three")
    assert held() == "three"


def test_a_file_that_is_missing_from_the_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Watched(tmp_path / "key", str)
