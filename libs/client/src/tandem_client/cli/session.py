"""One run of the command line: as whom, against which stack, printing how."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import typer

from tandem_client.api import Document
from tandem_client.cli.language import LOCALE, say
from tandem_client.cli.settings import DEFAULT_URL, Login, environment, last_login
from tandem_client.client import TandemClient
from tandem_client.tokens import GivenToken, TokenSource, development_login

DEFAULT_TENANT = "heron"


class NotLoggedIn(Exception):
    """Nobody has logged in, and no token was given."""


@dataclass
class Session:
    """What the options before the command say; `login` is whom they or the last login name."""

    external_id: str | None = None
    tenant: str | None = None
    as_json: bool = False

    @cached_property
    def environment(self) -> dict[str, str]:
        """The settings of the stack."""
        return environment()

    @property
    def login(self) -> Login | None:
        """Who acts: as named for this run, else as logged in."""
        last = last_login()
        if self.external_id is None:
            return last
        tenant = self.tenant or (last.tenant if last else DEFAULT_TENANT)
        # Whoever is still logged in is not asked again, as at any identity provider.
        known = last is not None and (last.external_id, last.tenant) == (self.external_id, tenant)
        return last if known else Login(self.external_id, tenant, int(time.time()))

    @cached_property
    def tokens(self) -> TokenSource:
        """Where this run's tokens come from."""
        if self.external_id is None and (given := self.environment.get("TANDEM_TOKEN")):
            return GivenToken(given)
        login, url = self.login, self.environment.get("TANDEM_DEV_TOKEN_URL")
        if login is None or not url:
            raise NotLoggedIn
        return development_login(url, login.tenant, login.external_id, login.auth_time)

    @cached_property
    def client(self) -> TandemClient:
        """The API, as this run's caller."""
        return TandemClient(self.environment.get("TANDEM_URL", DEFAULT_URL), self.tokens, locale=LOCALE)

    @cached_property
    def me(self) -> Document:
        """The caller, as the API sees them."""
        return self.client.me.get()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The caller's time zone, in which times are read and shown."""
        return ZoneInfo(self.me.get("time_zone") or self.me["tenant"]["default_time_zone"])


def session_of(context: typer.Context) -> Session:
    """Return the session that the options before the command opened."""
    session = context.find_object(Session)
    if session is None:
        raise typer.BadParameter(say("no session", "没有会话"))
    return session
