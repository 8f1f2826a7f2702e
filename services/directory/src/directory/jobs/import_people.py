"""Reads a file of people: every row first, then people, managers and leavers, chunk by chunk."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal
from uuid import UUID

from common.blobs import Blobs
from common.database import Database
from common.errors import FieldViolation
from common.operations import Job
from common.sealed import MasterKeys
from common.tabular import Cells, Mapping, Rejected, open_table, write_errors
from sqlalchemy import select

from directory.domain.people_file import ALIASES, PersonLine, read_line
from directory.people_import import PeopleOfTenant
from directory.storage.tables import JobFamilyRow

CHUNK = 200
ERROR_FILE_LIMIT = 200 << 20
PHASES = ("put", "settle", "leave")


class ImportPeople:
    """The work of the operation `import_people`; its cursor is the phase, the row and what each row did."""

    def __init__(self, blobs: Blobs, master_keys: MasterKeys) -> None:
        self._blobs = blobs
        self._master_keys = master_keys

    async def __call__(self, database: Database, job: Job) -> None:
        """Import the good rows; the others come back as a file with what is wrong with them."""
        lines, rejected = await self._read(database, job)
        if not job.cursor:
            await self._report(database, job, len(lines), rejected)
        if job.params.get("dry_run") or (rejected and job.params.get("all_or_nothing")):
            return
        start = job.cursor.get("phase", PHASES[0])
        for phase in PHASES[PHASES.index(start) :]:
            await self._run_phase(database, job, phase, lines)

    async def _run_phase(self, database: Database, job: Job, phase: str, lines: Sequence[PersonLine]) -> None:
        done = job.cursor.get("done", 0) if job.cursor.get("phase") == phase else 0
        outcomes: dict[str, str] = job.cursor.get("outcomes", {})
        while done < len(lines) or (phase == PHASES[-1] and not job.cursor.get("drawn")):
            chunk = lines[done : done + CHUNK]
            async with database.job(job) as tx:
                people = await PeopleOfTenant.load(tx)
                if phase == "leave" and not job.cursor.get("drawn"):
                    await people.draw_lines()
                for line in chunk:
                    await self._handle(people, job, phase, line, outcomes)
                done += len(chunk)
                cursor = {"phase": phase, "done": done, "outcomes": outcomes, "drawn": phase == "leave"}
                job.advance(len(chunk) if phase == "settle" else 0, cursor=cursor)

    async def _handle(
        self, people: PeopleOfTenant, job: Job, phase: str, line: PersonLine, outcomes: dict[str, str]
    ) -> None:
        if phase == "put":
            outcome = await people.put(line)
            outcomes[str(line.row)] = outcome
            job.result[outcome] = job.result.get(outcome, 0) + 1
        elif phase == "settle":
            if await people.settle(line, outcomes[str(line.row)]):
                counter = "under_placeholders"
                job.result[counter] = job.result.get(counter, 0) + 1
                job.row_error(line.row, _no_row_of_their_own(), warning=True)
        else:
            await people.leave(line)

    async def _read(self, database: Database, job: Job) -> tuple[list[PersonLine], list[Rejected]]:
        file_id = UUID(job.params["file"]["blob_id"])
        content = await self._blobs.read(file_id, *self._master_keys.tenant_keys(job.tenant_id))
        table = open_table(content, sheet=job.params["file"].get("sheet", ""))
        document = job.params.get("mapping")
        mapping = Mapping.of(document, ALIASES) if document else Mapping.auto(table.headers, ALIASES)
        mapping.check(table.headers)
        async with database.read(job.identity("directory")) as reader:
            statement = select(JobFamilyRow.code).where(JobFamilyRow.tenant_id == job.tenant_id)
            families = set((await reader.session.scalars(statement)).all())
        lines: dict[str, PersonLine] = {}
        rejected = []
        for row in mapping.rows(table):
            cells = Cells(row, mapping.date_formats)
            line = read_line(row.number, cells)
            if line.job_family not in families:
                cells.refuse("job_family", "UNKNOWN", en="is no job family of this tenant", zh="不是本租户的岗位序列")
            if line.external_id in lines:
                cells.refuse("external_id", "TWICE", en="stands in an earlier row too", zh="与前面的行重复")
            if cells.violations:
                rejected.append(Rejected(row, cells.violations))
            else:
                lines[line.external_id] = line
        return list(lines.values()), rejected

    async def _report(self, database: Database, job: Job, good: int, rejected: Sequence[Rejected]) -> None:
        async with database.job(job):
            for each in rejected:
                for violation in each.violations:
                    job.row_error(each.row.number, violation)
            job.failed = len(rejected)
            if rejected:
                content = write_errors(rejected, locale=job.locale, format=_format(job))
                key = self._master_keys.tenant_key(job.tenant_id)
                stored = await self._blobs.put_stream(key, _chunks(content), limit=ERROR_FILE_LIMIT)
                job.result["error_file_id"] = str(stored.id)
            job.result["rows"] = good + len(rejected)
            job.advance(0, total=good, cursor={"phase": PHASES[0], "done": 0, "outcomes": {}})


def _format(job: Job) -> Literal["csv", "xlsx"]:
    return "xlsx" if job.params["file"].get("format") == "IMPORT_FORMAT_XLSX" else "csv"


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _no_row_of_their_own() -> FieldViolation:
    return FieldViolation(
        "manager",
        "MANAGER_WITHOUT_ROW",
        "The manager has no row of their own; a placeholder stands in until they are imported.",
        "该经理在文件中没有自己的行；在其被导入之前以占位人员代替。",
    )
