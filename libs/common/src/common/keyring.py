"""An issuer's public keys: cached, refetched once when a new key appears, kept while the issuer is down."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from common.logging import get_logger

FRESH = 600.0
COOLDOWN = 30.0
KEEP = 3600.0
PATIENCE = 0.5
MAX_BYTES = 256 * 1024
MIN_RSA_BITS = 2048
log = get_logger(__name__)

PublicKey = RSAKey | ECKey
FetchKeys = Callable[[str], Awaitable[bytes]]


class KeyRing:
    """The signing keys behind one JWKS address; times are monotonic seconds (controls.md 3.1).

    They are fetched again after `fresh`, and for an unknown key, but not within `cooldown`; while that fails the last
    ones hold for `keep`.
    """

    def __init__(
        self,
        uri: str,
        fetch: FetchKeys,
        clock: Callable[[], float] = time.monotonic,
        *,
        fresh: float = FRESH,
        cooldown: float = COOLDOWN,
        keep: float = KEEP,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._uri = uri
        self._fetch = fetch
        self._clock = clock
        self._fresh = fresh
        self._cooldown = cooldown
        self._keep = keep
        self._on_failure = on_failure
        self._keys: dict[str, PublicKey] = {}
        self._loaded_at = float("-inf")
        self._attempted_at = float("-inf")
        self._flight: asyncio.Task[None] | None = None

    def known(self, kid: str) -> PublicKey | None:
        """Return the key if it is held and not outlived, without asking the issuer."""
        return self._keys.get(kid) if self._clock() - self._loaded_at < self._keep else None

    async def find(self, kid: str) -> PublicKey | None:
        """Return the key, asking the issuer where it is unknown or the set is stale; None if there is none."""
        if self.known(kid) is None:
            await self._refresh()
        elif self._clock() - self._loaded_at >= self._fresh:
            # The key at hand holds, and an issuer that hangs is not waited for.
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._refresh()
        return self.known(kid)

    async def loaded(self) -> bool:
        """Tell whether the keys have been loaded once, asking the issuer for them if not."""
        if self._loaded_at == float("-inf"):
            await self._refresh()
        return self._loaded_at > float("-inf")

    async def _refresh(self) -> None:
        if self._flight is None:
            if self._clock() - self._attempted_at < self._cooldown:
                return
            self._attempted_at = self._clock()
            self._flight = asyncio.create_task(self._load())
            self._flight.add_done_callback(self._landed)
        # A caller that goes away must not take the fetch of all others with it.
        await asyncio.shield(self._flight)

    def _landed(self, _: asyncio.Task[None]) -> None:
        self._flight = None

    async def _load(self) -> None:
        try:
            self._keys = _usable_keys(json.loads(await self._fetch(self._uri)))
        except Exception as failed:
            log.warning("issuer_keys_not_loaded", error=type(failed).__name__)
            self._on_failure()
            return
        self._loaded_at = self._clock()


def fetch_with(client: httpx2.AsyncClient) -> FetchKeys:
    """Return a fetch over HTTP: no redirects, 5 seconds, at most 256 kB."""

    async def fetch(uri: str) -> bytes:
        body = bytearray()
        async with client.stream("GET", uri, timeout=5.0, follow_redirects=False) as answer:
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError("the key set is too large")
        return bytes(body)

    return fetch


def _usable_keys(document: dict[str, Any]) -> dict[str, PublicKey]:
    keys: dict[str, PublicKey] = {}
    for entry in document["keys"]:
        kid = entry.get("kid")
        if isinstance(kid, str) and entry.get("use", "sig") == "sig" and (key := _public_key(entry)):
            keys[kid] = key
    return keys


def _public_key(entry: dict[str, Any]) -> PublicKey | None:
    try:
        if entry.get("kty") == "RSA":
            rsa = RSAKey.import_key({name: entry[name] for name in ("kty", "n", "e")})
            return rsa if rsa.public_key.key_size >= MIN_RSA_BITS else None
        if entry.get("kty") == "EC" and entry.get("crv") == "P-256":
            return ECKey.import_key({name: entry[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, KeyError, ValueError, TypeError):
        return None
    return None
