"""Files of people, on a real database and a real folder."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc.aio
import pytest
import yaml
from common.blobs import Blobs
from common.database import Database
from common.ids import new_id
from common.tabular import open_table
from devstack.harness import Harness
from directory.jobs.import_people import ImportPeople
from directory.storage.tables import PersonRow, UnitRow
from directory.use_cases.start_people_import import start_people_import
from sqlalchemy import func, select
from tandem.common.v1 import imports_pb2
from tandem.directory.v1 import people_import_pb2
from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceStub

ROOT = Path(__file__).parents[4]
DATASET = ROOT.parent / "shared" / "data" / "HRDataset_v14.csv"
MINE = "工号,姓名,部门,岗位序列,直属上级,入职日期,薪水\n"


class Importer:
    """Puts a file in the store and runs its operation to the end."""

    def __init__(self, database: Database, harness: Harness, tenant: SimpleNamespace, folder: Path) -> None:
        self.database, self.harness, self.tenant = database, harness, tenant
        self.blobs = Blobs.open(str(folder))
        self.key = harness.master_keys.tenant_key(tenant.id)

    async def __call__(self, content: bytes, **options: Any) -> Any:
        stored = await self.blobs.put_stream(self.key, _once(content), limit=1 << 20)
        params = {"file": {"blob_id": str(stored.id), "format": "IMPORT_FORMAT_CSV"}, **options}
        operation_id = await start_people_import(
            self.database, self.harness.call(self.tenant.admin), self.blobs, params
        )
        await self.harness.work(self.database, {"import_people": ImportPeople(self.blobs, self.harness.master_keys)})
        from common import tables

        async with self.database.worker() as connection:
            found = await connection.execute(select(tables.operation).where(tables.operation.c.id == operation_id))
            return found.one()

    async def people(self) -> dict[str, PersonRow]:
        async with self.database.read(self.tenant.admin) as reader:
            return {row.external_id: row for row in await reader.session.scalars(select(PersonRow))}


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


@pytest.fixture
def importer(database: Database, harness: Harness, tenant: SimpleNamespace, tmp_path: Path) -> Importer:
    return Importer(database, harness, tenant, tmp_path)


async def test_chinese_headers_need_no_mapping_and_unmapped_columns_are_not_kept(importer: Importer) -> None:
    content = MINE + "w-1,王芳,华东销售,sales,,2020-03-01,99999\nw-2,李强,华东销售,sales,王芳,2021-04-01,88888\n"
    ended = await importer(content.encode("gb18030"))
    assert (ended.state, ended.result["created"], ended.failed) == ("succeeded", 2, 0)
    people = await importer.people()
    assert people["w-2"].manager_id == people["w-1"].id
    assert people["w-2"].chain == [people["w-1"].id]
    assert "99999" not in str([vars(each) for each in people.values()])


async def test_bad_rows_come_back_as_a_file_and_good_ones_go_in(importer: Importer) -> None:
    content = MINE + "w-1,王芳,华东,sales,,2020-03-01,1\nw-2,,华东,sales,,2020-13-01,1\nw-3,=cmd,华东,none,,,1\n"
    ended = await importer(content.encode())
    assert (ended.state, ended.result["created"], ended.failed) == ("succeeded", 1, 2)
    from uuid import UUID

    errors = await importer.blobs.read(UUID(ended.result["error_file_id"]), importer.key)
    rows = dict(open_table(errors).rows())
    assert len(rows) == 2
    assert "薪水" not in open_table(errors).headers
    # Corrected and imported again, the file is whole.
    fixed = content.replace("w-2,,华东,sales,,2020-13-01", "w-2,李强,华东,sales,,2020-12-01").replace("none", "sales")
    again = await importer(fixed.encode())
    assert (again.result["created"], again.result["unchanged"], again.failed) == (2, 1, 0)


async def test_all_or_nothing_and_dry_run_write_nothing(importer: Importer) -> None:
    good, bad = "w-1,王芳,华东,sales,,,1\n", "w-2,,华东,sales,,,1\n"
    assert (await importer((MINE + good + bad).encode(), all_or_nothing=True)).failed == 1
    assert (await importer((MINE + good).encode(), dry_run=True)).total == 1
    assert set(await importer.people()) == {"hr-1"}


async def test_a_file_that_was_never_uploaded_is_refused_at_once(
    directory: DirectoryServiceStub, harness: Harness, tenant: SimpleNamespace
) -> None:
    file = imports_pb2.ImportFile(blob_id=str(new_id()), file_name="people.csv", format=imports_pb2.IMPORT_FORMAT_CSV)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        request = people_import_pb2.ImportPeopleRequest(file=file)
        await directory.ImportPeople(request, metadata=harness.metadata(tenant.admin), timeout=5)
    assert "BLOB_NOT_FOUND" in str(refused.value.trailing_metadata())


@pytest.mark.skipif(not DATASET.exists(), reason="the public data set is no part of the project")
async def test_the_public_data_set_goes_in_whole_and_twice_changes_nothing(importer: Importer) -> None:
    mapping = yaml.safe_load((ROOT / "examples" / "hr-dataset" / "people.yaml").read_text())
    ended = await importer(DATASET.read_bytes(), mapping=mapping)
    assert (ended.state, ended.error_reason, ended.failed, ended.result["created"]) == ("succeeded", None, 0, 311)
    people = await importer.people()
    placeholders = [each for each in people.values() if each.placeholder]
    assert len(placeholders) == 5
    assert all(each.name not in each.external_id for each in placeholders)
    assert sum(not each.active for each in people.values()) == 104
    assert sum(each.leaving_reason == "performance" for each in people.values()) == 16
    async with importer.database.read(importer.tenant.admin) as reader:
        assert await reader.session.scalar(select(func.count()).select_from(UnitRow)) == 7
    again = await importer(DATASET.read_bytes(), mapping=mapping)
    assert (again.result.get("created"), again.result["unchanged"]) == (None, 311)
    assert {each.external_id: each.version for each in (await importer.people()).values()} == {
        each.external_id: each.version for each in people.values()
    }
