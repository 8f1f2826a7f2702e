"""Keys of one installation: a signing key per service, the trust file, the master key and the page-token key."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from common.sealed import KeyFile
from common.secret import DEVELOPMENT_MARK
from common.signing_key import SigningKey, new_signing_pem
from ops.topology import SERVICES


@dataclass(frozen=True)
class Keys:
    """Where the keys lie; every file is readable by its owner only, and bears the mark that production refuses."""

    folder: Path

    @property
    def trust_file(self) -> Path:
        """Return the public keys of all services; a key id names its service."""
        return self.folder / "trust.jwks"

    @property
    def master_key_file(self) -> Path:
        """Return the key under which the tenants' keys are derived."""
        return self.folder / "master.json"

    @property
    def page_key_file(self) -> Path:
        """Return the key that page tokens are signed with."""
        return self.folder / "page.key"

    def signing_key_file(self, service: str) -> Path:
        """Return the private key of the service."""
        return self.folder / f"{service}.pem"

    def create(self) -> None:
        """Make whatever is missing; what is there stays."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for service in SERVICES:
            if not self.signing_key_file(service.name).exists():
                write_private(self.signing_key_file(service.name), new_signing_pem(development=True))
        if not self.master_key_file.exists():
            KeyFile.create(self.master_key_file, f"{DEVELOPMENT_MARK}-1")
        if not self.page_key_file.exists():
            write_private(self.page_key_file, f"{DEVELOPMENT_MARK}-{secrets.token_urlsafe(32)}")
        self.trust([self.signing_key(service.name) for service in SERVICES])

    def signing_key(self, service: str) -> SigningKey:
        """Return the key of the service as its file holds it."""
        return SigningKey.of_pem(service, self.signing_key_file(service).read_text())

    def trust(self, keys: list[SigningKey]) -> None:
        """Let every service accept exactly these keys, from its next look at the file on."""
        write_private(self.trust_file, json.dumps({"keys": [key.public for key in keys]}))


def write_private(path: Path, content: str) -> None:
    """Put a file, readable by its owner only, in the place of the old one at once; the owner stays."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
        # Services in containers are another user, to whom the first file was given.
        if path.exists() and os.geteuid() == 0:
            os.fchown(file.fileno(), path.stat().st_uid, path.stat().st_gid)
    draft.replace(path)
