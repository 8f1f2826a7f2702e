"""Leadership among a service's processes: a lease with a fencing number, by the database's clock."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Exists, Integer, cast, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from common import tables

if TYPE_CHECKING:
    from common.database import Database

LEASE = timedelta(seconds=10)


class Lease:
    """A named leadership with a fencing number that only ever rises.

    `asked_back` is set where others are to have it: whoever works under it releases it at the next good moment.
    """

    def __init__(self, database: "Database", name: str, holder: str) -> None:
        self._database = database
        self.name = name
        self.holder = holder
        self.fence = 0
        self.asked_back = False
        self._renew_at = 0.0
        self._until = 0.0

    @property
    def held(self) -> bool:
        """Tell whether this process leads, without asking: it took the lease, and it has not run out since."""
        return self.fence > 0 and asyncio.get_running_loop().time() < self._until

    async def hold(self) -> bool:
        """Take or keep the lease; tells whether this process leads now. Renewed at half its length only."""
        now = asyncio.get_running_loop().time()
        if self.fence and now < self._renew_at:
            return True
        lease = tables.lease
        statement = upsert(lease).values(name=self.name, holder=self.holder, fence=1, until=func.now() + LEASE)
        async with self._database.worker() as connection:
            fence = await connection.scalar(
                statement.on_conflict_do_update(
                    index_elements=["name"],
                    set_={
                        "holder": self.holder,
                        "until": func.now() + LEASE,
                        "fence": lease.c.fence + cast(lease.c.holder != self.holder, Integer),
                    },
                    where=(lease.c.holder == self.holder) | (lease.c.until < func.now()),
                ).returning(lease.c.fence)
            )
        self.fence = int(fence) if fence is not None else 0
        self.renewed(now)
        return fence is not None

    def renewed(self, at: float) -> None:
        """Count the lease's length from a moment of the loop's time, at which it was asked to be renewed."""
        self._renew_at = at + LEASE.total_seconds() / 2
        self._until = at + LEASE.total_seconds()

    def lost(self) -> None:
        """Lead no more: another process has taken over."""
        self.fence = 0
        self.asked_back = False

    async def release(self) -> None:
        """Let another process lead at once; called when this one ends in order."""
        lease, fence = tables.lease, self.fence
        self.lost()
        async with self._database.worker() as connection:
            await connection.execute(
                update(lease)
                .where(lease.c.name == self.name, lease.c.holder == self.holder, lease.c.fence == fence)
                .values(until=func.now())
            )

    async def lock(self, connection: AsyncConnection) -> bool:
        """Keep every other process from taking over until this transaction ends; false if one has already."""
        lease = tables.lease
        kept = select(lease.c.name).where(lease.c.name == self.name, lease.c.fence == self.fence).with_for_update()
        return await connection.scalar(kept) is not None

    def still_held(self) -> Exists:
        """Return the condition that makes a statement of a leader that has been replaced change nothing."""
        lease = tables.lease
        return exists().where(lease.c.name == self.name, lease.c.fence == self.fence)
