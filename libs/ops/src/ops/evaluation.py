"""The keys of an evaluation, all derived from its seed: every pod makes the same ones, and nobody stores them."""

import base64
import json
import os
from pathlib import Path

from common.sealed import derive_key
from common.secret import DEVELOPMENT_MARK
from common.signing_key import SigningKey, signing_pem
from cryptography.hazmat.primitives.asymmetric import ec

from ops.topology import BY_NAME, SERVICES

# The order of P-256 (FIPS 186-5): private keys are the numbers below it, from 1 on.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def write_keys(seed: str, service: str, folder: Path) -> None:
    """Write the service's signing key and what all share, as a pod mounts them; production refuses every one.

    Raises KeyError for an unknown service, ValueError for a seed of fewer than 16 characters.
    """
    if len(seed) < 16:
        raise ValueError("a seed has at least 16 characters")
    master = base64.b64encode(_derived(seed, "master")).decode()
    kid = f"{DEVELOPMENT_MARK}-evaluation"
    page = base64.urlsafe_b64encode(_derived(seed, "page")).decode()
    public = [SigningKey.of_pem(each.name, _pem(seed, each.name)).public for each in SERVICES]
    _write(folder / "signing.pem", _pem(seed, BY_NAME[service].name))
    _write(folder / "master.json", json.dumps({"current": kid, "keys": {kid: master}}))
    _write(folder / "page.key", f"{DEVELOPMENT_MARK}-{page}")
    _write(folder / "trust.jwks", json.dumps({"keys": public}))


def _pem(seed: str, service: str) -> str:
    number = int.from_bytes(_derived(seed, f"signing/{service}")) % (_ORDER - 1) + 1
    return signing_pem(ec.derive_private_key(number, ec.SECP256R1()), development=True)


def _derived(seed: str, purpose: str) -> bytes:
    return derive_key(seed.encode(), f"tandem evaluation {purpose}".encode())


def _write(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o440), "w") as file:
        file.write(content)
