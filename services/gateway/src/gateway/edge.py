"""What every request shares, made once by the composition root and reached through `app.state.edge`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from common.errors import Unavailable
from common.identity import TokenMint
from common.sealed import MasterKeys
from starlette.requests import Request

from gateway.clients import Stubs
from gateway.directory import Directory
from gateway.files import Files
from gateway.issuers import Issuers
from gateway.live import Hints
from gateway.refusals import TokenRejected
from gateway.sessions import Session, Sessions
from gateway.tokens import AccessTokens

_SCHEME = "bearer "


@dataclass
class Edge:
    """The gateway's own objects."""

    issuers: Issuers
    tokens: AccessTokens
    sessions: Sessions
    directory: Directory
    stubs: Stubs
    mint: TokenMint
    master_keys: MasterKeys
    files: Files
    hints: Hints
    draining: bool = False

    @classmethod
    def of(cls, request: Request) -> "Edge":
        """Return the edge of this app."""
        return cast(Edge, request.app.state.edge)

    def drain(self) -> None:
        """Be not ready any more, and let streams end."""
        self.draining = True
        self.hints.wake()

    async def authenticate(self, request: Request) -> Session:
        """Return the caller's session from the Authorization header; the only credential that is looked at."""
        header = request.headers.get("authorization", "")
        if header[: len(_SCHEME)].lower() != _SCHEME:
            raise TokenRejected
        if not self.issuers.loaded.is_set():
            raise Unavailable
        now = datetime.now(UTC)
        token = await self.tokens.verify(header[len(_SCHEME) :].strip(), now)
        return await self.sessions.open(token, now)
