"""Reading a file of facts: every row first, then the good ones chunk by chunk; the others come back as a file."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from common.blobs import Blobs
from common.database import Database
from common.errors import AppError, FieldViolation, Invalid, Kind
from common.ids import new_id
from common.operations import Job
from common.sealed import MasterKeys
from common.tabular import Cells, MappedRow, Mapping, Rejected, Table, open_table, write_errors
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_tables import ImportRow

CHUNK = 200
ERROR_FILE_LIMIT = 200 << 20
KEPT_FOR = timedelta(days=30)
DELETE_FILE = "delete_import_file"
# People imported a moment ago may still be on their way here.
ARRIVAL_WAITS, ARRIVAL_PAUSE = 10, 0.5

L = TypeVar("L")


class RowsInError(AppError):
    """All or nothing was asked for, and some rows are wrong; their errors are kept, nothing else is."""

    kind = Kind.PRECONDITION
    reason = "ROWS_IN_ERROR"
    en = "{rows} rows are in error, so none was imported."
    zh = "{rows} 行有误，因此未导入任何行。"

    def __init__(self, *, rows: int) -> None:
        super().__init__(rows=rows)


@dataclass
class Input(Generic[L]):
    """A file as read: good lines by row number, rejected rows, and warnings."""

    lines: list[tuple[int, L]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[tuple[int, FieldViolation]] = field(default_factory=list)


@dataclass(frozen=True)
class RowKind(Generic[L]):
    """What sets one kind of file apart from another.

    `mapping_of` gives the mapping for a table, `read` a line or None after refusing cells, `key` what no two rows
    share, `put` records a chunk under its import, `finish` runs once with the last chunk.
    """

    name: Literal["kpis", "facts"]
    mapping_of: Callable[[Database, Job, Table], Awaitable[Mapping]]
    read: Callable[[Job, Cells, dict[str, UUID]], L | None]
    key: Callable[[L], Hashable]
    prepare: Callable[[Database, Job, Input[L]], Awaitable[None]]
    begin: Callable[[Transaction, Input[L]], Awaitable[None]]
    put: Callable[[Transaction, Sequence[L], UUID], Awaitable[Counter[Any]]]
    finish: Callable[[Transaction, Input[L]], Awaitable[None]]


class RowImport(Generic[L]):
    """The work of an import's operation; its cursor is the import and the last row done."""

    def __init__(self, kind: RowKind[L], blobs: Blobs, master_keys: MasterKeys) -> None:
        self._kind = kind
        self._blobs = blobs
        self._master_keys = master_keys

    async def __call__(self, database: Database, job: Job) -> None:
        """Import the good rows; with `all_or_nothing` raise RowsInError if there is any other."""
        found = await self._read(database, job)
        if not job.cursor:
            await self._report(database, job, found)
        if job.params.get("dry_run"):
            return
        if found.rejected and job.params.get("all_or_nothing"):
            raise RowsInError(rows=len({each.row.number for each in found.rejected}))
        while not job.cursor.get("finished"):
            await self._put(database, job, found)

    async def _put(self, database: Database, job: Job, found: Input[L]) -> None:
        after = job.cursor["after"]
        rest = [(number, line) for number, line in found.lines if number > after]
        # A wide file's row is one piece, so that a restart goes on between rows.
        last = rest[:CHUNK][-1][0] if rest else after
        chunk = [line for number, line in rest if number <= last]
        async with database.job(job) as tx:
            if after == 0:
                await self._kind.begin(tx, found)
            import_row = await tx.get(ImportRow, UUID(job.cursor["import_id"]))
            counts = await self._kind.put(tx, chunk, import_row.id)
            for outcome, count in counts.items():
                setattr(import_row, outcome, getattr(import_row, outcome) + count)
                job.result[outcome] = job.result.get(outcome, 0) + count
            finished = len(chunk) == len(rest)
            if finished:
                await self._kind.finish(tx, found)
                tx.audit("import.finished", "import", import_row.id, created=import_row.created)
            job.advance(len(chunk), cursor={**job.cursor, "after": last, "finished": finished})

    async def _read(self, database: Database, job: Job) -> Input[L]:
        content = await self._blobs.read(
            UUID(job.params["file"]["blob_id"]), *self._master_keys.tenant_keys(job.tenant_id)
        )
        table = open_table(content, sheet=job.params["file"].get("sheet", ""))
        mapping = await self._kind.mapping_of(database, job, table)
        await self._check(database, job, mapping, table)
        rows = list(mapping.rows(table))
        people = await people_of_file(database, job, {row.fields.get("person", "") for row in rows} - {""})
        found: Input[L] = Input()
        seen: set[Hashable] = set()
        for row in rows:
            self._sort(job, row, Cells(row, mapping.date_formats), people, found, seen)
        await self._kind.prepare(database, job, found)
        return found

    def _sort(
        self, job: Job, row: MappedRow, cells: Cells, people: dict[str, UUID], found: Input[L], seen: set[Hashable]
    ) -> None:
        line = self._kind.read(job, cells, people)
        if line is not None and not cells.violations:
            key = self._kind.key(line)
            if key not in seen:
                seen.add(key)
                found.lines.append((row.number, line))
                return
            cells.refuse("person", "TWICE", en="says the same as an earlier row", zh="与前面的行重复")
        found.rejected.append(Rejected(row, cells.violations))

    async def _check(self, database: Database, job: Job, mapping: Mapping, table: Table) -> None:
        try:
            mapping.check(table.headers)
        except Invalid as unfit:
            async with database.job(job):
                for violation in unfit.fields:
                    job.row_error(1, violation)
            raise

    async def _report(self, database: Database, job: Job, found: Input[L]) -> None:
        numbers = {each.row.number for each in found.rejected}
        stored = await self._store_errors(job, found.rejected) if found.rejected else None
        async with database.job(job) as tx:
            for each in found.rejected:
                for violation in each.violations:
                    job.row_error(each.row.number, violation)
            for number, warning in found.warnings:
                job.row_error(number, warning, warning=True)
            job.failed = len(numbers)
            job.result["rows"] = len(numbers | {number for number, _ in found.lines})
            await tx.due(DELETE_FILE, UUID(job.params["file"]["blob_id"]), tx.now + KEPT_FOR)
            if stored is not None:
                job.result["error_file_id"] = str(stored)
                await tx.due(DELETE_FILE, stored, tx.now + KEPT_FOR)
            cursor: dict[str, Any] = {"after": 0, "finished": False}
            refused = found.rejected and job.params.get("all_or_nothing")
            if not job.params.get("dry_run") and not refused:
                cursor["import_id"] = str(self._add_import(tx, job, len(numbers)))
            job.advance(0, total=len(found.lines), cursor=cursor)

    def _add_import(self, tx: Transaction, job: Job, in_error: int) -> UUID:
        row = ImportRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            kind=self._kind.name,
            file_name=job.params["file"]["file_name"],
            operation_id=job.id,
            created=0,
            corrected=0,
            unchanged=0,
            in_error=in_error,
            imported_by=job.created_by,
            imported_at=tx.now,
        )
        tx.add(row)
        job.result |= {"resource_type": "import", "resource_id": str(row.id)}
        return row.id

    async def _store_errors(self, job: Job, rejected: Sequence[Rejected]) -> UUID:
        xlsx = job.params["file"].get("format") == "IMPORT_FORMAT_XLSX"
        content = write_errors(rejected, locale=job.locale, format="xlsx" if xlsx else "csv")
        key = self._master_keys.tenant_key(job.tenant_id)
        stored = await self._blobs.put_stream(key, _chunks(content), limit=ERROR_FILE_LIMIT)
        return stored.id


async def people_of_file(database: Database, job: Job, external_ids: set[str]) -> dict[str, UUID]:
    """Return the people by the HR system's ids; waits some seconds for those who have not arrived yet."""
    people: dict[str, UUID] = {}
    for waited in range(ARRIVAL_WAITS + 1):
        people |= await _people(database, job, sorted(external_ids - set(people)))
        if len(people) == len(external_ids) or job.cursor or waited == ARRIVAL_WAITS:
            break
        await asyncio.sleep(ARRIVAL_PAUSE)
    return people


async def _people(database: Database, job: Job, external_ids: list[str]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    async with database.read(job.identity(database.service)) as reader:
        for start in range(0, len(external_ids), 5000):
            rows = await reader.session.execute(
                select(PersonRow.external_id, PersonRow.id).where(
                    PersonRow.tenant_id == job.tenant_id,
                    PersonRow.external_id.in_(external_ids[start : start + 5000]),
                )
            )
            found |= {row[0]: row[1] for row in rows}
    return found


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content
