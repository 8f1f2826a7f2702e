"""Leaves a program of Prometheus in a folder and prints its path: `python3 .ci/get_prometheus.py FOLDER promtool`.

It is taken from where it is installed, else out of Debian's package `prometheus`, for which one need not be root.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def program(name: str, folder: Path) -> Path:
    """Return the path of `prometheus` or `promtool`; raises SystemExit, with what to do, where there is no way."""
    if installed := shutil.which(name):
        return Path(installed)
    if not (folder / name).exists():
        _fetch(folder)
    return folder / name


def _fetch(folder: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise SystemExit("Prometheus is missing, and this is no Debian to take it from: install 2.42 or later")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if not _download(place) and os.geteuid() == 0:
            # A bare image has no package lists yet.
            subprocess.run(["apt-get", "update", "-q"], stdout=sys.stderr, check=False)  # noqa: S607
            _download(place)
        packages = list(place.glob("prometheus_*.deb"))
        if not packages:
            raise SystemExit("Prometheus is missing, and Debian's package of it cannot be downloaded")
        subprocess.run(["dpkg-deb", "-x", packages[0], place / "files"], check=True)  # noqa: S603, S607
        folder.mkdir(parents=True, exist_ok=True)
        for each in ("prometheus", "promtool"):
            shutil.move(place / "files" / "usr" / "bin" / each, folder / each)


def _download(place: Path) -> bool:
    # The user that apt would rather download as may not write here; it says so, and goes on.
    command = ["apt-get", "download", "-q", "prometheus"]
    return subprocess.run(command, cwd=place, stdout=sys.stderr, check=False).returncode == 0  # noqa: S603


if __name__ == "__main__":
    sys.stdout.write(f"{program(sys.argv[2], Path(sys.argv[1]))}\n")
