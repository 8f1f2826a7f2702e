"""Who may vouch for whom: the issuers that directory lists, each for one tenant."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.logging import get_logger

from gateway.keyring import FetchKeys, KeyRing

ALGORITHMS = ("RS256", "PS256", "ES256")
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
        self._fetch = fetch
        self._issuers: dict[str, Issuer] = {}
        self._rings: dict[str, KeyRing] = {}
        self.loaded = asyncio.Event()

    def get(self, issuer: str) -> Issuer | None:
        """Return the issuer of exactly this name."""
        return self._issuers.get(issuer)

    def ring(self, issuer: Issuer) -> KeyRing:
        """Return the issuer's keys."""
        return self._rings[issuer.jwks_uri]

    def replace(self, issuers: Sequence[Issuer]) -> None:
        """Hold exactly these issuers; keys of those that stay are kept."""
        self._issuers = {each.issuer: each for each in issuers}
        uris = {each.jwks_uri for each in issuers}
        self._rings = {uri: self._rings.get(uri) or KeyRing(uri, self._fetch) for uri in uris}
        self.loaded.set()

    async def follow(self, list_issuers: Callable[[], Awaitable[Sequence[Issuer]]], pause: float) -> None:
        """Ask for the list again and again; while directory is away the last one holds."""
        while True:
            try:
                self.replace(await list_issuers())
            except Exception as failed:
                log.warning("issuers_not_listed", error=type(failed).__name__)
            await asyncio.sleep(pause if self.loaded.is_set() else min(pause, 0.5))
