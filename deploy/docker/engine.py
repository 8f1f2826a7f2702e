"""The Docker client of this machine: one that builds with BuildKit, and what it says."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

# Where Debian's docker.io lies; its client has BuildKit inside, newer ones need a plugin for it.
DEBIAN_CLIENT = "/usr/bin/docker"
HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class NoEngine(SystemExit):
    """No container engine can be used; the message says what is missing."""


@cache
def client() -> str:
    """Return the path of a client that builds with BuildKit and whose engine answers; raise NoEngine without one."""
    found = [path for path in (shutil.which("docker"), shutil.which(DEBIAN_CLIENT)) if path]
    if not found:
        raise NoEngine("there is no docker command; install Docker, or Debian's package docker.io")
    builders = [path for path in found if _has_buildkit(path)]
    if not builders:
        raise NoEngine(f"{found[0]} cannot build with BuildKit; install its buildx plugin, or Debian's docker.io")
    if subprocess.run([builders[0], "info"], capture_output=True, check=False).returncode:
        raise NoEngine("no Docker engine answers; start it first (Debian: `dockerd`, or `.ci/engine start`)")
    return builders[0]


def build(file: str, tag: str, arguments: Mapping[str, str], *options: str) -> None:
    """Build `<file>.Dockerfile` of this folder, or `Dockerfile`, with the repository as context; raise if it fails."""
    path = HERE / (f"{file}.Dockerfile" if file else "Dockerfile")
    given = [part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")]
    command = [client(), "build", "--file", str(path), "--tag", tag, *given, *options, str(ROOT)]
    subprocess.run(command, env={**os.environ, "DOCKER_BUILDKIT": "1"}, check=True)


def answer(*arguments: str) -> str:
    """Return what the client prints, empty if it fails."""
    done = subprocess.run([client(), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def has_image(name: str) -> bool:
    """Tell whether the engine holds the image."""
    return bool(answer("image", "inspect", "--format", "{{.Id}}", name))


def _has_buildkit(path: str) -> bool:
    if subprocess.run([path, "buildx", "version"], capture_output=True, check=False).returncode == 0:
        return True
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    # Up to 22 the client itself builds; from 23 on it hands building to the plugin.
    digits = version.removeprefix("Docker version ").split(".")[0]
    return digits.isdigit() and int(digits) < 23 and Path(path).exists()
