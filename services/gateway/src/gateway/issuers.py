"""Who may vouch for whom: the issuers that directory lists, each for one tenant."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from common.instruments import IDENTITY_PROVIDER_FAILURES
from common.keyring import FetchKeys, KeyRing
from common.logging import get_logger
from common.tracing import untraced

ALGORITHMS = ("RS256", "PS256", "ES256")
# Tokens of made-up issuers must not make the gateway ask without end.
COOLDOWN = 1.0
PATIENCE = 2.0
log = get_logger(__name__)


@dataclass(frozen=True)
class Issuer:
    """One identity provider of one tenant; the tenant is taken from here and from nowhere else."""

    issuer: str
    tenant_id: UUID
    audience: str
    jwks_uri: str
    external_id_claim: str
    algorithms: tuple[str, ...] = ALGORITHMS
    accepts_plain_jwt: bool = False


class Issuers:
    """The configured issuers and their keys; `follow` keeps them as directory has them."""

    def __init__(self, fetch: FetchKeys) -> None:
        IDENTITY_PROVIDER_FAILURES.begin()
        self._fetch = fetch
        self._issuers: dict[str, Issuer] = {}
        self._rings: dict[str, KeyRing] = {}
        self.loaded = asyncio.Event()
        self._wanted = asyncio.Event()
        self._listed = asyncio.Event()
        self._following = False
        self._asked_at = float("-inf")

    def get(self, issuer: str) -> Issuer | None:
        """Return the issuer of exactly this name."""
        return self._issuers.get(issuer)

    async def find(self, issuer: str) -> Issuer | None:
        """Return the issuer; for one not known, directory is asked again at once, but not oftener than `COOLDOWN`."""
        found = self.get(issuer)
        if found is not None or not self._following:
            return found
        now = asyncio.get_running_loop().time()
        if now - self._asked_at >= COOLDOWN:
            self._asked_at = now
            self._listed.clear()
            self._wanted.set()
        # Whoever comes meanwhile waits for the same answer.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listed.wait(), PATIENCE)
        return self.get(issuer)

    def ring(self, issuer: Issuer) -> KeyRing:
        """Return the issuer's keys."""
        return self._rings[issuer.jwks_uri]

    def _ring(self, uri: str) -> KeyRing:
        return KeyRing(uri, self._fetch, on_failure=lambda: IDENTITY_PROVIDER_FAILURES.add(1))

    def replace(self, issuers: Sequence[Issuer]) -> None:
        """Hold exactly these issuers; keys of those that stay are kept."""
        self._issuers = {each.issuer: each for each in issuers}
        uris = {each.jwks_uri for each in issuers}
        self._rings = {uri: self._rings.get(uri) or self._ring(uri) for uri in uris}
        self.loaded.set()

    async def follow(self, list_issuers: Callable[[], Awaitable[Sequence[Issuer]]], pause: float) -> None:
        """Ask for the list again and again; while directory is away the last one holds."""
        self._following = True
        while True:
            self._wanted.clear()
            try:
                with untraced():
                    self.replace(await list_issuers())
            except Exception as failed:
                log.warning("issuers_not_listed", error=type(failed).__name__)
            self._listed.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), pause if self.loaded.is_set() else min(pause, 0.5))
