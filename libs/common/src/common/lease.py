"""Leadership among a service's processes: a lease with a fencing number, by the database's clock."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Exists, Integer, cast, exists, func, update
from sqlalchemy.dialects.postgresql import insert as upsert

from common import tables

if TYPE_CHECKING:
    from common.database import Database

LEASE = timedelta(seconds=10)


class Lease:
    """A named leadership with a fencing number that only ever rises."""

    def __init__(self, database: "Database", name: str, holder: str) -> None:
        self._database = database
        self.name = name
        self.holder = holder
        self.fence = 0
        self._renew_at = 0.0

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
        self._renew_at = now + LEASE.total_seconds() / 2
        return fence is not None

    async def release(self) -> None:
        """Let another process lead at once; called when this one ends in order."""
        lease = tables.lease
        async with self._database.worker() as connection:
            await connection.execute(
                update(lease)
                .where(lease.c.name == self.name, lease.c.holder == self.holder, lease.c.fence == self.fence)
                .values(until=func.now())
            )
        self.fence = 0

    def still_held(self) -> Exists:
        """Return the condition that makes a statement of a leader that has been replaced change nothing."""
        lease = tables.lease
        return exists().where(lease.c.name == self.name, lease.c.fence == self.fence)
