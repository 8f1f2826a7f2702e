"""Generated passwords of one installation, kept in a file only its owner can read."""

import json
import os
import secrets
from pathlib import Path

from common.secret import DEVELOPMENT_MARK


class Passwords:
    """Passwords by name; one is made up at its first use and stays the same from then on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def __getitem__(self, name: str) -> str:
        return self._known[name] if name in self._known else self.renew(name)

    def renew(self, name: str) -> str:
        """Make up a new password in the place of the old one, and return it."""
        self._known[name] = f"{DEVELOPMENT_MARK}-{secrets.token_urlsafe(24)}"
        self._save()
        return self._known[name]

    def of_role(self, role: str) -> str:
        """Return the password of a database role."""
        return self[f"postgres/{role}"]

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self._known, indent=2))
        os.replace(draft, self._path)
