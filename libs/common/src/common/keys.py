"""A transaction's access to the keys that seal texts about people; wrapped keys lie in the table `seal_key`."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from common import tables
from common.sealed import DataKey, MasterKeys


class PersonSeals:
    """Seals and opens texts with the key of the person whom they are about; a first text makes the key."""

    def __init__(self, session: AsyncSession, tenant_id: UUID, master_keys: MasterKeys) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._master_keys = master_keys
        self._known: dict[UUID, DataKey] = {}

    async def seal(self, table: str, column: str, row_id: UUID, subject_id: UUID, text: str) -> bytes:
        """Return the sealed text; raise KeyDestroyed for an erased person."""
        return (await self.key(subject_id)).seal(table, column, row_id, text)

    async def unseal(self, table: str, column: str, row_id: UUID, subject_id: UUID, sealed: bytes) -> str:
        """Return the text; raise KeyDestroyed for an erased person, SealBroken for an altered or moved one."""
        return (await self.key(subject_id)).unseal(table, column, row_id, sealed)

    async def commitment(self, subject_id: UUID, text: str) -> bytes:
        """Return the keyed hash that stands for the text in events and audit entries."""
        return (await self.key(subject_id)).commitment(text)

    async def load(self, subject_ids: Iterable[UUID]) -> None:
        """Read the keys of several people in one statement, before a list is opened."""
        wanted = [each for each in set(subject_ids) if each not in self._known]
        if not wanted:
            return
        column = tables.seal_key.c
        rows = await self._session.execute(
            select(column.subject_id, column.wrapped).where(
                column.tenant_id == self._tenant_id, column.subject_id.in_(wanted)
            )
        )
        for subject_id, wrapped in rows:
            self._known[subject_id] = self._master_keys.unwrap(self._tenant_id, subject_id, wrapped)

    async def key(self, subject_id: UUID) -> DataKey:
        """Return the person's key, making one for a person who has none yet."""
        await self.load([subject_id])
        if subject_id not in self._known:
            _, wrapped = self._master_keys.new_key(self._tenant_id, subject_id)
            await self._session.execute(
                upsert(tables.seal_key)
                .values(tenant_id=self._tenant_id, subject_id=subject_id, wrapped=wrapped)
                .on_conflict_do_nothing()
            )
            # Read back: another transaction may have made the key first.
            await self.load([subject_id])
        return self._known[subject_id]
