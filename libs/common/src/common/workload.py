"""Which workload is calling: a projected service-account token with one callee for its audience, on every call.

The cluster signs the tokens and its kubelets renew them (controls.md 3.2). Where a mesh proves who calls, none of this
is configured.
"""

import asyncio
import json
import math
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import grpc.aio
import httpx2
from joserfc import jws
from joserfc.errors import JoseError

from common.errors import AppError, Kind
from common.instruments import CREDENTIAL_EXPIRES_AT, WORKLOAD_REFUSED
from common.keyring import KeyRing, fetch_with
from common.logging import get_logger
from common.watched import Watched

WORKLOAD_HEADER = "tandem-workload"
ALGORITHMS = ("RS256", "ES256")
# Clocks of two nodes may differ; a token is renewed long before it expires, so that needs no leeway.
NOT_BEFORE_LEEWAY = 30
MAX_LENGTH = 8192
_CACHE_LIMIT = 4096
_COOLDOWN = 10.0
_FILE_FRESH = 10.0
_FILE_COOLDOWN = 1.0
_UNKNOWN = "unknown"
log = get_logger(__name__)


class WorkloadRefused(AppError):
    """The calling workload did not prove who it is; it is not told why."""

    kind = Kind.UNAUTHENTICATED
    reason = "WORKLOAD_REFUSED"
    en = "One of our own services could not prove to another who it is. Its operators can see why."
    zh = "系统内部服务未能向另一服务证明身份，运维人员可查看原因。"


class WorkloadNotListed(AppError):
    """The calling workload proved who it is, and is none of those that may call here."""

    kind = Kind.FORBIDDEN
    reason = "WORKLOAD_NOT_LISTED"
    en = "One of our own services called another that it may not call. Its operators can see which."
    zh = "系统内部服务调用了其无权调用的服务，运维人员可查看详情。"


def audience_of(service: str) -> str:
    """Return the audience of tokens for calls to the service."""
    return f"tandem-{service}"


class WorkloadTokens:
    """This workload's tokens: a folder with one file for each callee, which the kubelet keeps fresh."""

    def __init__(self, folder: Path, callees: Iterable[str]) -> None:
        self._tokens = {callee: Watched(folder / callee, _OwnToken.of) for callee in callees}
        CREDENTIAL_EXPIRES_AT.watch(self.expiries)

    def interceptors(self, callee: str) -> list[grpc.aio.ClientInterceptor]:
        """Return what a channel to the callee needs so that every call carries the token of its moment."""
        return [_Carrying(self._tokens[callee])]

    def expiries(self) -> Iterator[tuple[float, Mapping[str, str | int]]]:
        """Yield when each token expires, Unix time, and which it is."""
        for callee, token in self._tokens.items():
            yield token().expires_at, {"credential": f"workload:{callee}"}


@dataclass(frozen=True)
class _OwnToken:
    text: str
    expires_at: float

    @classmethod
    def of(cls, text: str) -> "_OwnToken":
        claims = json.loads(jws.extract_compact(text.strip().encode()).payload)
        return cls(text.strip(), float(claims["exp"]))


class _Carrying(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, token: Callable[[], _OwnToken]) -> None:
        self._token = token

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        if client_call_details.metadata is not None:
            client_call_details.metadata[WORKLOAD_HEADER] = self._token().text
        return await continuation(client_call_details, request)


def workload_keys(source: str, ca_file: Path | None = None, token_file: Path | None = None) -> KeyRing:
    """Return the keys of the cluster's token issuer, from a file or an https URL.

    The URL is asked with the bearer token and trusted by the CA bundle of the files, both read at each fetch. Keys once
    loaded hold until others are: no token is refused because the cluster's API is away.
    """
    if source.startswith("https://"):

        def as_pod() -> httpx2.AsyncClient:
            headers = {"Authorization": f"Bearer {token_file.read_text().strip()}"} if token_file else {}
            return httpx2.AsyncClient(verify=ssl.create_default_context(cafile=ca_file), headers=headers)

        async def fetch(uri: str) -> bytes:
            async with await asyncio.to_thread(as_pod) as client:
                return await fetch_with(client)(uri)

        return KeyRing(source, fetch, cooldown=_COOLDOWN, keep=math.inf)

    async def read(path: str) -> bytes:
        return await asyncio.to_thread(Path(path).read_bytes)

    return KeyRing(source, read, fresh=_FILE_FRESH, cooldown=_FILE_COOLDOWN, keep=math.inf)


@dataclass(frozen=True)
class _Proven:
    caller: str
    kid: str
    expires_at: int


class _Doubt(Exception):
    """Why a token proves nothing; one of few words, for the count."""


class Workloads:
    """Tells which workload calls this service; `callers` maps each that may to its subject (RFC 7519 `sub`)."""

    def __init__(self, service: str, issuer: str, callers: Mapping[str, str], keys: KeyRing) -> None:
        self._audience = audience_of(service)
        self._issuer = issuer
        self._callers = {subject: name for name, subject in callers.items()}
        self._keys = keys
        self._seen: dict[str, _Proven] = {}

    async def ready(self) -> bool:
        """Tell whether tokens can be checked: from the first time on that the cluster's keys were loaded."""
        return await self._keys.loaded()

    async def caller(self, token: str | None, now: datetime) -> str:
        """Return the name of the calling service.

        Raises WorkloadRefused for a token that is absent, forged, expired, another issuer's or meant for another
        callee, and WorkloadNotListed for a good one of a workload that may not call here.
        """
        token = token or ""
        seen = self._seen.get(token)
        if seen is None or seen.expires_at <= now.timestamp() or self._keys.known(seen.kid) is None:
            try:
                seen = await self._prove(token, now.timestamp())
            except _Doubt as doubt:
                self.refuse(self._said(token), str(doubt))
                raise (WorkloadNotListed if str(doubt) == "not_listed" else WorkloadRefused) from None
            if len(self._seen) >= _CACHE_LIMIT:
                self._seen.clear()
            self._seen[token] = seen
        return seen.caller

    def refuse(self, caller: str, why: str) -> None:
        """Count and log a refused call of the caller, as it named itself."""
        WORKLOAD_REFUSED.add(1, {"caller": caller, "error.type": why})
        log.warning("workload_refused", caller=caller, error=why)

    async def _prove(self, token: str, seconds: float) -> _Proven:
        if not token:
            raise _Doubt("missing")
        header, claims = _parts(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or not isinstance(kid, str) or "crit" in header:
            raise _Doubt("algorithm")
        key = await self._keys.find(kid)
        if key is None:
            raise _Doubt("key")
        try:
            jws.deserialize_compact(token, key, algorithms=[algorithm])
        except (JoseError, ValueError, TypeError):
            raise _Doubt("signature") from None
        expires_at = self._check(claims, seconds)
        caller = self._callers.get(str(claims.get("sub")))
        if caller is None:
            raise _Doubt("not_listed")
        return _Proven(caller, kid, expires_at)

    def _check(self, claims: dict[str, Any], seconds: float) -> int:
        """Return the moment of expiry."""
        if claims.get("iss") != self._issuer:
            raise _Doubt("issuer")
        # Exactly ours: what is meant for others as well could be replayed by them.
        if claims.get("aud") not in (self._audience, [self._audience]):
            raise _Doubt("audience")
        starts, ends = claims.get("nbf", 0), claims.get("exp")
        if type(ends) is not int or type(starts) is not int:
            raise _Doubt("malformed")
        if starts > seconds + NOT_BEFORE_LEEWAY:
            raise _Doubt("not_yet")
        if ends <= seconds:
            raise _Doubt("expired")
        return ends

    def _said(self, token: str) -> str:
        """Return which of the listed callers the token claims to be, unproven; a fixed word for all others."""
        try:
            return self._callers.get(str(_parts(token)[1].get("sub")), _UNKNOWN)
        except _Doubt:
            return _UNKNOWN


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if len(token) > MAX_LENGTH:
        raise _Doubt("malformed")
    try:
        parts = jws.extract_compact(token.encode())
        claims = json.loads(parts.payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise _Doubt("malformed") from None
    if not isinstance(claims, dict):
        raise _Doubt("malformed")
    return dict(parts.protected), claims
