"""From a verified token to an identity: directory says whose it is, the gateway vouches for it inwards."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from common.identity import Grant, Identity, TokenMint
from tandem.directory.v1 import facts_pb2, identity_pb2

from gateway.refusals import UnknownPerson
from gateway.tokens import AccessToken

RESOLVED_FOR = timedelta(seconds=30)
MINTED_FOR = timedelta(seconds=30)
CACHE_LIMIT = 10_000
_NEVER = datetime.min.replace(tzinfo=UTC)

Resolve = Callable[[AccessToken], Awaitable[identity_pb2.Subject]]


@dataclass
class Session:
    """Who is calling, with the internal token that says so; both are renewed while the access token holds."""

    identity: Identity
    resolved_at: datetime
    mint: TokenMint
    _minted: str = field(default="", repr=False)
    _minted_at: datetime = _NEVER

    def internal_token(self, now: datetime) -> str:
        """Return a signed internal identity with at least half its lifetime left."""
        if now - self._minted_at >= MINTED_FOR:
            self._minted, self._minted_at = self.mint.mint(self.identity, now), now
        return self._minted


class Sessions:
    """Sessions by token, bounded; what directory said is asked for again after 30 seconds at the latest."""

    def __init__(self, resolve: Resolve, mint: TokenMint) -> None:
        self._resolve = resolve
        self._mint = mint
        self._sessions: dict[AccessToken, Session] = {}
        self._flights: dict[AccessToken, asyncio.Task[Session]] = {}

    async def open(self, token: AccessToken, now: datetime) -> Session:
        """Return the caller's session; raise UnknownPerson where the subject is nobody, or nobody active, here."""
        session = self._sessions.get(token)
        if session is not None and now - session.resolved_at < RESOLVED_FOR:
            return session
        flight = self._flights.get(token)
        if flight is None:
            flight = asyncio.create_task(self._look_up(token, now))
            self._flights[token] = flight
            flight.add_done_callback(lambda _: self._flights.pop(token, None))
        return await asyncio.shield(flight)

    def forget(self, tenant_id: str, person_id: str) -> None:
        """Ask directory anew at the person's next request: what they hold has changed."""
        for token, session in list(self._sessions.items()):
            identity = session.identity
            if str(identity.person_id) == person_id and str(identity.tenant_id) == tenant_id:
                del self._sessions[token]

    async def _look_up(self, token: AccessToken, now: datetime) -> Session:
        self._sessions.pop(token, None)
        session = Session(identity_of(token, await self._resolve(token)), now, self._mint)
        if len(self._sessions) >= CACHE_LIMIT:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[token] = session
        return session


def identity_of(token: AccessToken, subject: identity_pb2.Subject) -> Identity:
    """Return the internal identity; the tenant is the issuer's, a machine's scopes are never more than its token's."""
    if not subject.active or UUID(subject.tenant_id) != token.issuer.tenant_id:
        raise UnknownPerson
    person_id = UUID(subject.person_id) if subject.person_id else None
    registered = frozenset(subject.scopes)
    return Identity(
        tenant_id=token.issuer.tenant_id,
        subject=f"person:{person_id}" if person_id else f"client:{subject.machine_client_id}",
        kind="person" if person_id else "machine",
        person_id=person_id,
        grants=grants_of(subject.grants),
        scopes=frozenset() if person_id else registered & (token.scopes if token.scopes is not None else registered),
        acr=token.acr,
        auth_time=token.auth_time,
        locale=subject.locale or "en",
        issuer=token.issuer.issuer,
        issuer_subject=token.subject,
    )


def grants_of(grants: Iterable[facts_pb2.GrantFacts]) -> tuple[Grant, ...]:
    """Return the grants in force as roles by their root units."""
    return tuple(
        Grant(
            facts_pb2.Role.Name(each.role).removeprefix("ROLE_").lower(), UUID(each.unit_id) if each.unit_id else None
        )
        for each in grants
        if not each.HasField("revoked_at")
    )


def _role(role: facts_pb2.Role.ValueType) -> str:
    return facts_pb2.Role.Name(role).removeprefix("ROLE_").lower()


def with_standing(identity: Identity, grants: tuple[Grant, ...], checked_at: datetime, signer_name: str) -> Identity:
    """Return the identity as directory confirmed it a moment ago."""
    return replace(identity, grants=grants, standing_checked_at=checked_at, signer_name=signer_name)
