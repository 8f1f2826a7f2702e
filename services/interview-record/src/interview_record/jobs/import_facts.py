"""Reads a file of incidents and highlights."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.blobs import Blobs
from common.database import Database
from common.operations import Job
from common.sealed import MasterKeys
from common.tabular import Mapping, Table
from common.transaction import Transaction

from interview_record.domain.facts_file import ALIASES, read_fact
from interview_record.domain.kpi import FactLine
from interview_record.recording import record_facts
from interview_record.row_import import Input, RowImport, RowKind

IMPORT_FACTS = "import_facts"


def import_facts(blobs: Blobs, master_keys: MasterKeys) -> RowImport[FactLine]:
    """Return the work of the operation `import_facts`."""
    kind: RowKind[FactLine] = RowKind(
        name="facts",
        mapping_of=_mapping,
        read=lambda job, cells, people: read_fact(cells, people),
        key=lambda each: (each.person_id, each.sameness),
        prepare=_nothing_to_prepare,
        begin=_nothing_to_do,
        put=_put,
        finish=_nothing_to_do,
    )
    return RowImport(kind, blobs, master_keys)


async def _mapping(database: Database, job: Job, table: Table) -> Mapping:
    document = job.params.get("mapping")
    return Mapping.of(document, ALIASES) if document else Mapping.auto(table.headers, ALIASES)


async def _put(tx: Transaction, lines: Sequence[FactLine], import_id: UUID) -> Counter[Any]:
    counts, _ = await record_facts(tx, lines, import_id=import_id)
    return counts


async def _nothing_to_prepare(database: Database, job: Job, found: Input[FactLine]) -> None:
    """Facts bring nothing of the tenant's along."""


async def _nothing_to_do(tx: Transaction, found: Input[FactLine]) -> None:
    """Facts set off nothing."""
