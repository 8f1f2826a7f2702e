"""Commands whose outcome a client may not learn: sent once, settled by the same key, and made under load."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from types import TracebackType

import asyncpg
import httpx2
from common.ids import new_id
from devstack.background import Background
from devstack.testing import StackUnderTest

from tests.faults.history import Outcome
from tests.rest import Actor, Refused


def create_unit(admin: Actor, key: str) -> Outcome:
    """Create a unit once; an answer that does not come leaves it unknown."""
    try:
        return Outcome(key, "ok", admin.post("/v1/units", {"code": key, "name": key}, key=key)["id"])
    except Refused as refused:
        # A killed command's key stays locked until the database has noticed: that answer asks to repeat.
        again = refused.status >= 500 or refused.reason == "STILL_RUNNING"
        state = "unknown" if again else f"refused: {refused.status} {refused.reason}"
        return Outcome(key, state, status=refused.status)
    except httpx2.HTTPError:
        return Outcome(key, "unknown", status=0)


def settle(admin: Actor, outcome: Outcome, seconds: float = 60) -> Outcome:
    """Send the same command under the same key until it is answered."""
    give_up = time.monotonic() + seconds
    while outcome.state == "unknown" and time.monotonic() < give_up:
        outcome = create_unit(admin, outcome.key)
        time.sleep(0.1 if outcome.state == "unknown" else 0)
    return outcome


def units_by_code(stack: StackUnderTest, background: Background) -> dict[str, list[str]]:
    """Return the ids of directory's units by their code, as its table has them."""

    async def read() -> dict[str, list[str]]:
        connection = await asyncpg.connect(stack.superuser_dsn)
        try:
            rows = await connection.fetch("SELECT code, id FROM directory.unit")
        finally:
            await connection.close()
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row["code"], []).append(str(row["id"]))
        return found

    return background.run(read())


class Writers:
    """Clients that send one command after the other, each under a key of its own, inside a `with` block.

    `pause` is the seconds between two commands of one client.
    """

    def __init__(
        self,
        admin: Actor,
        test: str,
        *,
        clients: int = 3,
        pause: float = 0.1,
        command: Callable[[Actor, str], Outcome] = create_unit,
    ) -> None:
        self._admin = admin
        self._test = test
        self._pause = pause
        self._command = command
        self._over = Event()
        self._threads = [Thread(target=self._write) for _ in range(clients)]
        self.outcomes: list[Outcome] = []
        self.seconds: list[float] = []

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def states(self) -> set[str]:
        """Return what became of the commands so far."""
        return {outcome.state for outcome in list(self.outcomes)}

    @property
    def statuses(self) -> Counter[int]:
        """Return how often each HTTP status was answered."""
        return Counter(outcome.status for outcome in list(self.outcomes))

    @property
    def slowest(self) -> float:
        """Return the longest that a command took, in seconds."""
        return max(self.seconds, default=0.0)

    def settle(self) -> None:
        """Repeat what is unknown until all is answered."""
        with ThreadPoolExecutor(len(self._threads)) as clients:
            self.outcomes = list(clients.map(lambda outcome: settle(self._admin, outcome), self.outcomes))

    def each_made_once(self, stack: StackUnderTest, background: Background) -> bool:
        """Tell whether every command was answered and made exactly the unit it was answered with."""
        found = units_by_code(stack, background)
        return all(outcome.state == "ok" for outcome in self.outcomes) and all(
            found.get(outcome.key) == [outcome.resource_id] for outcome in self.outcomes
        )

    def _write(self) -> None:
        while not self._over.wait(self._pause):
            began = time.monotonic()
            outcome = self._command(self._admin, f"{self._test}-{new_id()}")
            self.seconds.append(time.monotonic() - began)
            self.outcomes.append(outcome)
