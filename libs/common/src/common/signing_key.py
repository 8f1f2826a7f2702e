"""The key with which a service signs internal identities; its id follows from it, so that both change together."""

from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from common.secret import DEVELOPMENT_MARK


@dataclass(frozen=True)
class SigningKey:
    """An ES256 key; `kid` is `<service>:<first 12 of its RFC 7638 thumbprint>` and names the service to verifiers."""

    kid: str
    key: ECKey = field(repr=False)

    @classmethod
    def of_pem(cls, service: str, pem: str) -> "SigningKey":
        """Read a private key (PKCS8 PEM); one made for development says so before its first line, and in its kid."""
        key = ECKey.import_key(pem)
        mark = f"{DEVELOPMENT_MARK}-" if pem.startswith(DEVELOPMENT_MARK) else ""
        return cls(f"{service}:{mark}{key.thumbprint()[:12]}", key)

    @property
    def public(self) -> dict[str, Any]:
        """Return the public half as an entry of the trust file."""
        return {**self.key.as_dict(private=False), "kid": self.kid, "alg": "ES256", "use": "sig"}


def new_signing_pem(*, development: bool = False) -> str:
    """Return a new private key, P-256."""
    return signing_pem(ec.generate_private_key(ec.SECP256R1()), development=development)


def signing_pem(key: ec.EllipticCurvePrivateKey, *, development: bool) -> str:
    """Return the key as a file holds it, PKCS8 PEM; one made for development with its mark before the first line."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (f"{DEVELOPMENT_MARK}\n" if development else "") + pem.decode()
