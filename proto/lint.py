"""Lints the contracts and refuses changes that break main's: `python proto/lint.py`."""

import io
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from generate import ROOT, build_image

REPOSITORY = ROOT.parent
BUF = Path(sysconfig.get_path("scripts")) / "buf"


def main() -> int:
    """Answers 0 where buf has nothing to say, buf's exit code otherwise."""
    with TemporaryDirectory() as scratch:
        image, main_image = Path(scratch) / "ours.binpb", Path(scratch) / "main.binpb"
        build_image(image)
        code = _buf("lint", image)
        branch = _main_branch()
        if code or branch is None:
            return code
        _extract(branch, Path(scratch))
        build_image(main_image, Path(scratch) / "proto")
        return _buf("breaking", image, "--against", str(main_image))


def _buf(command: str, image: Path, *arguments: str) -> int:
    # buf cannot resolve validate.proto, which no package ships as a file; an image carries it.
    config = str(REPOSITORY / "buf.yaml")
    return subprocess.run([BUF, command, image, "--config", config, *arguments], check=False).returncode  # noqa: S603


def _main_branch() -> str | None:
    for name in ("origin/main", "main"):
        if _git("rev-parse", "--verify", "--quiet", name).returncode == 0:
            return name
    return None


def _extract(branch: str, destination: Path) -> None:
    archive = _git("archive", branch, "proto/tandem")
    archive.check_returncode()
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(destination, filter="data")


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, check=False)  # noqa: S603, S607


if __name__ == "__main__":
    sys.exit(main())
