"""Keys of one installation: a signing key per service, the trust file, the master key and the page-token key."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from common.sealed import KeyFile
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey
from ops.topology import SERVICES


@dataclass(frozen=True)
class Keys:
    """Where the keys lie; every file is readable by its owner only."""

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

    def kid(self, service: str) -> str:
        """Return the id of the service's key, `<service>:<thumbprint>`."""
        return f"{service}:{self._key(service).thumbprint()[:12]}"

    def create(self) -> None:
        """Make whatever is missing; what is there stays."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for service in SERVICES:
            if not self.signing_key_file(service.name).exists():
                _write(self.signing_key_file(service.name), _new_pem())
        if not self.master_key_file.exists():
            KeyFile.create(self.master_key_file)
        if not self.page_key_file.exists():
            _write(self.page_key_file, secrets.token_urlsafe(32).encode())
        _write(self.trust_file, json.dumps({"keys": [self._public(service.name) for service in SERVICES]}).encode())

    def _key(self, service: str) -> ECKey:
        return ECKey.import_key(self.signing_key_file(service).read_text())

    def _public(self, service: str) -> dict[str, object]:
        public = self._key(service).as_dict(private=False)
        return {**public, "kid": self.kid(service), "alg": "ES256", "use": "sig"}


def _new_pem() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
