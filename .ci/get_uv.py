"""Installs uv into a folder: `python3 .ci/get_uv.py VERSION FOLDER`; by pip, or without it where there is none."""

import hashlib
import io
import os
import platform
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen


def main(version: str, folder: Path) -> None:
    """Leaves an executable `FOLDER/bin/uv`."""
    if not _by_pip(version, folder):
        _by_hand(version, folder)
    subprocess.run([folder / "bin" / "uv", "--version"], check=True)  # noqa: S603


def _by_pip(version: str, folder: Path) -> bool:
    # With a target folder, pip leaves a Python that its distribution manages alone.
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--root-user-action=ignore",
        "--target",
        str(folder),
        f"uv=={version}",
    ]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603


def _by_hand(version: str, folder: Path) -> None:
    index = f"{os.environ.get('PIP_INDEX_URL', 'https://pypi.org/simple').rstrip('/')}/uv/"
    with urlopen(index, timeout=60) as answer:  # noqa: S310
        links = re.findall(r'href="([^"#]+)#sha256=([0-9a-f]{64})"', answer.read().decode())
    url, digest = next(link for link in links if _fits(link[0].rsplit("/", 1)[-1], version))
    with urlopen(urljoin(index, url), timeout=300) as answer:  # noqa: S310
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != digest:
        raise SystemExit(f"{url} is not what the index announced")
    target = folder / "bin" / "uv"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(zipfile.ZipFile(io.BytesIO(content)).read(f"uv-{version}.data/scripts/uv"))
    target.chmod(0o755)


def _fits(name: str, version: str) -> bool:
    machine = platform.machine().lower().replace("amd64", "x86_64")
    # The musl build is static, so it runs with any libc.
    system = "macosx" if sys.platform == "darwin" else "musllinux"
    return name.startswith(f"uv-{version}-") and name.endswith(".whl") and system in name and machine in name


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
