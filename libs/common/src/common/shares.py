"""Divides what only one process at a time may do among a service's processes, and knows which of them live."""

import asyncio
import math
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, tuple_, update

from common import tables
from common.lease import LEASE, Lease
from common.logging import get_logger

if TYPE_CHECKING:
    from common.database import Database

BEAT = 2.0
LAST_BEATS = 0.1
_PROCESS = "process/"
log = get_logger(__name__)


class Shares:
    """Keeps this process's part of the leases: as many as fall to each living process, and no more.

    A process lives as long as it holds one of the leases `process/1`, `process/2`, ...; those that work under a lease
    ask `held`, and release it themselves when it is asked back, so that nothing is handed over half done.
    """

    def __init__(self, database: "Database", holder: str) -> None:
        self._database = database
        self.holder = holder
        self._leases: list[Lease] = []
        self._presence = Lease(database, f"{_PROCESS}1", holder)
        self._stopping = asyncio.Event()
        self.living = frozenset({holder})

    def lease(self, name: str) -> Lease:
        """Return a lease of this name that is divided with the others."""
        self._leases.append(Lease(self._database, name, self.holder))
        return self._leases[-1]

    def stop(self) -> None:
        """Take no further lease; end when all are released."""
        self._stopping.set()

    async def run(self) -> None:
        """Keep and divide until stopped."""
        while not self._stopping.is_set() or any(lease.held for lease in self._leases):
            try:
                await self.beat()
            except Exception as failed:
                log.warning("shares_not_kept", error=type(failed).__name__)
            if self._stopping.is_set():
                await asyncio.sleep(LAST_BEATS)
                continue
            try:
                await asyncio.wait_for(self._stopping.wait(), BEAT)
            except TimeoutError:
                continue
        if self._presence.fence:
            await self._presence.release()

    async def beat(self) -> None:
        """Renew what is held; take what is free, or ask back what is more than this process's share."""
        if not self._stopping.is_set():
            await self._be_present()
        taken = await self._renew_and_look([lease for lease in (self._presence, *self._leases) if lease.fence])
        held = [lease for lease in self._leases if lease.held]
        share = math.ceil(len(self._leases) / len(self.living))
        for lease in held[share:]:
            lease.asked_back = True
        if self._stopping.is_set():
            return
        for lease in self._leases:
            if len(held) < share and lease.name not in taken and await lease.hold():
                held.append(lease)

    async def _be_present(self) -> None:
        for number in count(1):
            if self._presence.fence:
                return
            self._presence = Lease(self._database, f"{_PROCESS}{number}", self.holder)
            await self._presence.hold()

    async def _renew_and_look(self, held: Sequence[Lease]) -> set[str]:
        """Renew what is held, see who lives, and return the leases that are taken, by whomever."""
        row, at = tables.lease.c, asyncio.get_running_loop().time()
        ours = tuple_(row.name, row.fence).in_([(lease.name, lease.fence) for lease in held])
        renewal = update(tables.lease).where(ours, row.holder == self.holder).values(until=func.now() + LEASE)
        divided = or_(row.name.startswith(_PROCESS), row.name.in_([lease.name for lease in self._leases]))
        async with self._database.worker() as connection:
            kept = set(await connection.scalars(renewal.returning(row.name)))
            look = select(row.name, row.holder).where(divided, row.until > func.now())
            found = (await connection.execute(look)).all()
        for lease in held:
            if lease.name in kept:
                lease.renewed(at)
            else:
                lease.lost()
        self.living = frozenset({each.holder for each in found if each.name.startswith(_PROCESS)} | {self.holder})
        return {each.name for each in found}
