"""A token issuer such as a cluster has one: each service gets a short-lived token for each that it calls."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

from common.secret import DEVELOPMENT_MARK
from common.workload import audience_of
from joserfc import jws
from joserfc.jwk import RSAKey
from ops.topology import SERVICES, ServiceSpec, callers_of

from devstack.keys import write_private

ISSUER = "https://workloads.tandem.example"


def subject_of(service: str) -> str:
    """Return the subject of the service's tokens, as the chart's service accounts have them."""
    return f"system:serviceaccount:tandem:tandem-{service}"


@dataclass
class WorkloadIssuer:
    """Signs the tokens, `life` seconds long, and renews them in their files while the stack runs, as a kubelet does."""

    folder: Path
    life: float
    _keys: list[RSAKey] = field(default_factory=list)
    # A test changes keys on its own thread, while the stack's renews.
    _one_at_a_time: RLock = field(default_factory=RLock)

    def settings(self, service: ServiceSpec) -> dict[str, str]:
        """Return what a service is told, without the prefix."""
        found = {"WORKLOAD_TOKENS": str(self.tokens_of(service.name))} if service.calls else {}
        callers = {name: subject_of(name) for name in callers_of(service.name)}
        if callers:
            found["CALLERS"] = json.dumps(callers)
            found |= {"WORKLOAD_ISSUER": ISSUER, "WORKLOAD_KEYS": str(self.keys_file)}
        return found

    @property
    def keys_file(self) -> Path:
        """Return the public keys, as services read them."""
        return self.folder / "keys.jwks"

    def tokens_of(self, service: str) -> Path:
        """Return the folder with the service's tokens, one file for each callee."""
        return self.folder / service

    def open(self) -> None:
        """Make a key and everybody's first tokens."""
        self._keys = [RSAKey.generate_key(2048)]
        self._publish()
        self.renew()

    def renew(self) -> None:
        """Put a fresh token into every file."""
        with self._one_at_a_time:
            for service in SERVICES:
                for callee in service.calls:
                    self.tokens_of(service.name).mkdir(parents=True, exist_ok=True, mode=0o700)
                    write_private(self.tokens_of(service.name) / callee, self.token(service.name, callee))

    async def keep_renewing(self) -> None:
        """Renew long before the tokens expire, until cancelled."""
        while True:
            await asyncio.sleep(self.life / 6)
            self.renew()

    def announce_key(self) -> None:
        """Publish a further key, which signs nothing yet."""
        with self._one_at_a_time:
            self._keys.append(RSAKey.generate_key(2048))
            self._publish()

    def use_announced_key(self) -> None:
        """Sign with the newest key from now on, and with no other."""
        with self._one_at_a_time:
            self._keys = self._keys[-1:]
            self.renew()
            self._publish()

    def token(self, caller: str, callee: str, **changes: Any) -> str:
        """Return a token of the caller for calls to the callee; `changes` replace claims, None leaves one out."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": [audience_of(callee)],
            "sub": subject_of(caller),
            "iat": now,
            "nbf": now,
            "exp": now + int(self.life),
            **changes,
        }
        payload = json.dumps({name: value for name, value in claims.items() if value is not None}).encode()
        key = self._keys[0]
        return jws.serialize_compact({"alg": "RS256", "kid": _kid(key)}, payload, key, algorithms=["RS256"])

    def _publish(self) -> None:
        keys = [{**key.as_dict(private=False), "kid": _kid(key), "alg": "RS256", "use": "sig"} for key in self._keys]
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(self.keys_file, json.dumps({"keys": keys}))


def _kid(key: RSAKey) -> str:
    return f"{DEVELOPMENT_MARK}-{key.thumbprint()[:12]}"
