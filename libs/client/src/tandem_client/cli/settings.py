"""Where the API is and who is logged in: from the environment, a running stack's `.tandem/env`, the last login."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

DEFAULT_URL = "http://127.0.0.1:8080"


@dataclass(frozen=True)
class Login:
    """Who logged in where, and when (seconds since 1970)."""

    external_id: str
    tenant: str
    auth_time: int


def home() -> Path:
    """Return the folder that keeps the last login."""
    if given := os.environ.get("TANDEM_HOME"):
        return Path(given)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tandem"


def environment(here: Path | None = None) -> dict[str, str]:
    """Return the settings of the nearest running stack, overridden by the process's own."""
    start = here or Path.cwd()
    found = next((path for folder in (start, *start.parents) if (path := folder / ".tandem" / "env").is_file()), None)
    own = {name: value for name, value in os.environ.items() if name.startswith("TANDEM_")}
    return (read_env(found) if found else {}) | own


def read_env(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of a file."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def last_login() -> Login | None:
    """Return who logged in last, or None."""
    try:
        kept: Mapping[str, str | int] = json.loads((home() / "login.json").read_text(encoding="utf-8"))
        return Login(str(kept["external_id"]), str(kept["tenant"]), int(kept["auth_time"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def keep_login(login: Login) -> None:
    """Remember the login; the file is readable by its owner only."""
    home().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home() / "login.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(login)), encoding="utf-8")


def forget_login() -> None:
    """Forget who logged in."""
    (home() / "login.json").unlink(missing_ok=True)
