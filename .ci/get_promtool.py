"""Leaves an executable promtool in a folder and prints its path: `python3 .ci/get_promtool.py FOLDER`.

It is taken from where it is installed, else out of Debian's package `prometheus`, for which one need not be root.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def promtool(folder: Path) -> Path:
    """Return the path of promtool; raises SystemExit, with what to do, where there is no way to it."""
    if installed := shutil.which("promtool"):
        return Path(installed)
    fetched = folder / "promtool"
    if not fetched.exists():
        _fetch(fetched)
    return fetched


def _fetch(target: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise SystemExit("promtool is missing, and this is no Debian to take it from: install Prometheus 2.42 or later")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if not _download(place) and os.geteuid() == 0:
            # A bare image has no package lists yet.
            subprocess.run(["apt-get", "update", "-q"], stdout=sys.stderr, check=False)  # noqa: S607
            _download(place)
        packages = list(place.glob("prometheus_*.deb"))
        if not packages:
            raise SystemExit("promtool is missing, and Debian's package prometheus, which has it, cannot be downloaded")
        subprocess.run(["dpkg-deb", "-x", packages[0], place / "files"], check=True)  # noqa: S603, S607
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(place / "files" / "usr" / "bin" / "promtool", target)


def _download(place: Path) -> bool:
    # The user that apt would rather download as may not write here; it says so, and goes on.
    command = ["apt-get", "download", "-q", "prometheus"]
    return subprocess.run(command, cwd=place, stdout=sys.stderr, check=False).returncode == 0  # noqa: S603


if __name__ == "__main__":
    sys.stdout.write(f"{promtool(Path(sys.argv[1]))}\n")
