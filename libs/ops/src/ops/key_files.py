"""The keys of an installation beside its other secret files, and how a signing key follows another."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from common.sealed import KeyFile
from common.signing_key import SigningKey, new_signing_pem

from ops.topology import SERVICES


@dataclass(frozen=True)
class KeyFiles:
    """`FOLDER/<service>/signing.pem`, and of all services together `FOLDER/keys/trust.jwks`, `master.json`, `page.key`.

    A key that is there stays. During a change `signing-next.pem` or `signing-old.pem` lies beside the one that signs,
    and the trust file names all of them.
    """

    folder: Path

    def create(self) -> None:
        """Make the keys that are missing, and write the trust file."""
        for service in SERVICES:
            path = self._signing(service.name)
            if not path.exists():
                _write(path, new_signing_pem())
        shared = self.folder / "keys"
        shared.mkdir(mode=0o700, exist_ok=True)
        if not (shared / "master.json").exists():
            KeyFile.create(shared / "master.json")
        if not (shared / "page.key").exists():
            _write(shared / "page.key", secrets.token_urlsafe(36))
        public = [SigningKey.of_pem(name, pem).public for name, pem in self._pems()]
        _write(shared / "trust.jwks", json.dumps({"keys": public}, indent=1))

    def rotate(self, service: str) -> str:
        """Take the next step in the change of the service's signing key; returns what is to be done now."""
        current, following, old = (self._signing(service, stage) for stage in ("", "-next", "-old"))
        if following.exists():
            current.replace(old)
            following.replace(current)
            said = f"give {service} its new signing.pem; two minutes later, run this again"
        elif old.exists():
            old.unlink()
            said = "give all services the new trust.jwks; the change is over"
        else:
            _write(following, new_signing_pem())
            said = "give all services the new trust.jwks; two minutes later, run this again"
        self.create()
        return said

    def _signing(self, service: str, stage: str = "") -> Path:
        return self.folder / service / f"signing{stage}.pem"

    def _pems(self) -> list[tuple[str, str]]:
        paths = [(service.name, self._signing(service.name, stage)) for service in SERVICES for stage in _STAGES]
        return [(name, path.read_text()) for name, path in paths if path.exists()]


_STAGES = ("", "-next", "-old")


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
