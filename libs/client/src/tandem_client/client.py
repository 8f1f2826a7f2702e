"""The client: every group of resources at one address, as one caller."""

from __future__ import annotations

from types import TracebackType

import httpx2

from tandem_client.api import Api
from tandem_client.resources.bookings import Bookings
from tandem_client.resources.cycles import Cycles, Playbooks
from tandem_client.resources.directory import Clock, Grants, Me, People, Units
from tandem_client.resources.interviews import Interviews, Sessions
from tandem_client.resources.ledger import Ledger, Messages
from tandem_client.resources.operations import Files, Operations
from tandem_client.resources.plans import FollowUp, Plans
from tandem_client.resources.record import Facts, Imports, Kpis, Shortfalls
from tandem_client.tokens import TokenSource


class TandemClient:
    """The REST API of Tandem.

    with TandemClient("http://127.0.0.1:8080", tokens, locale="zh-CN") as tandem:
        interview = tandem.interviews.get(interview_id)
        tandem.interviews.confirm_data(interview_id, version=interview["version"])

    Methods raise TandemProblem where the API refuses and Unreachable where it does not answer.
    """

    def __init__(
        self, url: str, tokens: TokenSource, *, locale: str = "en", transport: httpx2.BaseTransport | None = None
    ) -> None:
        self.api = Api(url, tokens, locale=locale, transport=transport)
        self.me = Me(self.api)
        self.people = People(self.api)
        self.units = Units(self.api)
        self.grants = Grants(self.api)
        self.clock = Clock(self.api)
        self.kpis = Kpis(self.api)
        self.facts = Facts(self.api)
        self.imports = Imports(self.api)
        self.shortfalls = Shortfalls(self.api)
        self.playbooks = Playbooks(self.api)
        self.cycles = Cycles(self.api)
        self.interviews = Interviews(self.api)
        self.sessions = Sessions(self.api)
        self.bookings = Bookings(self.api)
        self.plans = Plans(self.api)
        self.follow_up = FollowUp(self.api)
        self.ledger = Ledger(self.api)
        self.messages = Messages(self.api)
        self.operations = Operations(self.api)
        self.files = Files(self.api)

    def __enter__(self) -> TandemClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.api.close()
