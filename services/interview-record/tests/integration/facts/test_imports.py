"""Files of KPI results and of facts, from the RPC to the rows, on a real database and a real folder."""

import csv
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from common.tabular import open_table
from google.protobuf.json_format import ParseDict
from interview_record.storage.facts_tables import FactRow, KpiResultRow
from sqlalchemy import func, select
from tandem.common.v1 import imports_pb2
from tandem.interview_record.v1 import fact_import_pb2, fact_pb2, kpi_pb2

ROOT = Path(__file__).parents[5]
DATASET = ROOT.parent / "shared" / "data" / "HRDataset_v14.csv"
BELOW_TEAM_MEAN = 2
HEADER = "工号,指标,指标名称,周期,目标,实际,权重,方向,单位,手机\n"


def wide(document: dict[str, Any]) -> dict[str, Any]:
    mapping = ParseDict(document, imports_pb2.ImportMapping())
    return {"mapping": mapping, "layout": fact_import_pb2.KPI_LAYOUT_WIDE}


async def counted(world: Any, row: Any) -> int:
    async with world.database.read(world.admin) as reader:
        return int(await reader.session.scalar(select(func.count()).select_from(row)) or 0)


async def test_a_long_file_with_chinese_headers_needs_no_mapping_and_brings_its_metrics(world: Any) -> None:
    await world.team(2)
    rows = "S01,conversion,线索转化率,2026-09,19,17,0.5,越高越好,%,138\nS02,defects,差错,2026-09,2,3,,越低越好,件,139\n"
    ended = await world.file(HEADER + rows)
    assert (ended.state, ended.result["created"], ended.failed) == ("succeeded", 2, 0)
    assert [code for _, _, code in await world.errors(ended)] == ["METRIC_CREATED", "METRIC_CREATED"]
    metrics = (await world.call(world.admin, "ListMetrics", kpi_pb2.ListMetricsRequest())).metrics
    assert [(each.code, each.name.zh_cn, each.direction) for each in metrics] == [
        ("conversion", "线索转化率", 1),
        ("defects", "差错", 2),
    ]
    found = {each.metric_code: each for each in await world.results()}
    assert (found["conversion"].period_from, found["conversion"].period_until) == ("2026-09-01", "2026-09-30")
    assert (found["conversion"].actual, found["conversion"].weight) == ("17", "0.5")
    assert found["conversion"].import_id == ended.result["resource_id"]


async def test_a_repeated_import_changes_nothing(world: Any) -> None:
    await world.team(2)
    content = HEADER + "S01,conversion,,2026-09,19,17,,,,\nS02,conversion,,2026-09,19,20,,,,\n"
    await world.file(content)
    before = [(each.id, each.version) for each in await world.results()]
    again = await world.file(content)
    assert (again.result.get("created"), again.result["unchanged"]) == (None, 2)
    assert [(each.id, each.version) for each in await world.results()] == before
    assert await counted(world, KpiResultRow) == 2


async def test_another_value_supersedes_the_first_and_keeps_it(world: Any) -> None:
    await world.team(1)
    await world.file(HEADER + "S01,conversion,,2026-09,19,17,,,,\n")
    ended = await world.file(HEADER + "S01,conversion,,2026-09,19,18,,,,\n")
    assert ended.result["corrected"] == 1
    (current,) = await world.results()
    both = await world.results(include_superseded=True)
    assert current.actual == "18"
    old = next(each for each in both if each.superseded)
    assert (old.actual, old.superseded_by_id, current.supersedes_id) == ("17", current.id, old.id)


async def test_bad_rows_come_back_and_corrected_they_go_in(world: Any) -> None:
    await world.team(3)
    rows = (
        "S01,conversion,,2026-09,19,17,,,,\nS02,conversion,,2026-9月,19,18,,,,\nX99,conversion,,2026-09,19,many,,,,\n"
    )
    ended = await world.file(HEADER + rows)
    assert (ended.state, ended.result["created"], ended.failed) == ("succeeded", 1, 2)
    wrong = {(row, code) for row, _, code in await world.errors(ended)} - {(2, "METRIC_CREATED")}
    assert wrong == {(3, "NOT_A_PERIOD"), (4, "PERSON_UNKNOWN"), (4, "NOT_A_NUMBER")}
    key = world.harness.master_keys.tenant_key(world.tenant_id)
    table = open_table(await world.blobs.read(UUID(ended.result["error_file_id"]), key))
    assert "手机" not in table.headers
    lines = [cells for _, cells in table.rows()]
    for line, fixed in zip(lines, ({"周期": "2026-09"}, {"工号": "S03", "实际": "19"}), strict=True):
        line.update(fixed)
    corrected = io.StringIO()
    writer = csv.DictWriter(corrected, table.headers)
    writer.writeheader()
    writer.writerows(lines)
    again = await world.file(corrected.getvalue())
    assert (again.result["created"], again.failed) == (2, 0)


async def test_all_or_nothing_fails_whole_and_a_dry_run_only_tells(world: Any) -> None:
    await world.team(2)
    good, bad = "S01,conversion,,2026-09,19,17,,,,\n", "S02,conversion,,2026-09,19,,,,,\n"
    refused = await world.file(HEADER + good + bad, all_or_nothing=True)
    assert (refused.state, refused.error_reason) == ("failed", "ROWS_IN_ERROR")
    told = await world.file(HEADER + good, dry_run=True)
    assert (told.state, told.total) == ("succeeded", 1)
    assert await counted(world, KpiResultRow) == 0
    assert not (await world.call(world.admin, "ListImports", fact_import_pb2.ListImportsRequest())).imports


async def test_the_same_value_twice_in_a_file_is_an_error_of_the_second_row(world: Any) -> None:
    await world.team(1)
    row = "S01,conversion,,2026-09,19,17,,,,\n"
    ended = await world.file(HEADER + row + row)
    assert (3, "person", "TWICE") in await world.errors(ended)
    assert ended.result["created"] == 1


async def test_a_mapping_that_names_what_is_not_there_is_refused(world: Any) -> None:
    await world.team(1)
    unknown = wide({"columns": {"salary": "Salary"}})
    file = imports_pb2.ImportFile(blob_id=str(world.root_id), file_name="x", format=1)
    request = fact_import_pb2.ImportKpisRequest(file=file, **unknown)
    assert await world.refused(world.admin, "ImportKpis", request) == "FIELD_UNKNOWN"
    lacking = await world.file(
        HEADER, **wide({"columns": {"person": "EmpID"}, "metric_columns": [{"column": "A", "metric_code": "a"}]})
    )
    assert (lacking.state, lacking.error_reason) == ("failed", "COLUMN_MISSING")


async def test_a_wide_file_finds_the_columns_called_as_metrics(world: Any) -> None:
    await world.team(1)
    await world.file(HEADER + "S01,conversion,线索转化率,2026-08,19,17,,,,\n")
    ended = await world.file(
        "工号,线索转化率,工资\nS01,18.5,9000\n",
        layout=fact_import_pb2.KPI_LAYOUT_WIDE,
        period_from="2026-09-01",
        period_until="2026-09-30",
    )
    assert ended.result["created"] == 1
    assert (await world.results())[0].actual == "18.5"
    none = await world.file("工号,工资\nS01,9000\n", layout=fact_import_pb2.KPI_LAYOUT_WIDE)
    assert (none.state, none.error_reason) == ("failed", "INVALID_REQUEST")


async def test_undoing_an_import_supersedes_it_and_what_it_replaced_counts_again(world: Any) -> None:
    await world.team(2)
    first = await world.file(HEADER + "S01,conversion,,2026-09,19,17,,,,\n")
    second = await world.file(HEADER + "S01,conversion,,2026-09,19,12,,,,\nS02,conversion,,2026-09,19,20,,,,\n")
    await undo(world, second.result["resource_id"])
    (current,) = await world.results()
    assert (current.actual, current.import_id) == ("17", first.result["resource_id"])
    assert await counted(world, KpiResultRow) == 4
    request = fact_import_pb2.GetImportRequest(import_id=second.result["resource_id"])
    undone = getattr(await world.call(world.admin, "GetImport", request), "import")
    assert undone.HasField("undone_at")
    again = fact_import_pb2.UndoImportRequest(import_id=undone.id, expected_version=undone.version)
    assert await world.refused(world.admin, "UndoImport", again) == "ALREADY_UNDONE"
    await undo(world, first.result["resource_id"])
    assert not await world.results()


async def undo(world: Any, import_id: str) -> None:
    request = fact_import_pb2.GetImportRequest(import_id=import_id)
    found = getattr(await world.call(world.admin, "GetImport", request), "import")
    undone = fact_import_pb2.UndoImportRequest(import_id=import_id, expected_version=found.version)
    await world.call(world.admin, "UndoImport", undone)
    await world.settle()


async def test_facts_are_sealed_known_again_and_undone(world: Any) -> None:
    await world.team(1)
    header = "单号,工号,类型,日期,内容,证据\n"
    content = (
        header + "F-1,S01,优秀案例,2026-09-08,签下两家重点客户,合同 HT-1\n,S01,工作失误,2026-09-15,漏跟进三条线索,\n"
    )
    ended = await world.file(content, "facts")
    assert (ended.state, ended.result["created"]) == ("succeeded", 2)
    assert (await world.file(content, "facts")).result["unchanged"] == 2
    async with world.database.read(world.admin) as reader:
        sealed = list(await reader.session.scalars(select(FactRow.text)))
    assert not any("客户".encode() in text for text in sealed)
    mine = (await world.call(world.as_person("S01"), "ListFacts", fact_pb2.ListFactsRequest())).facts
    assert [each.text for each in mine] == ["漏跟进三条线索", "签下两家重点客户"]
    reworded = await world.file(header + "F-1,S01,优秀案例,2026-09-08,签下三家重点客户,合同 HT-1\n", "facts")
    assert reworded.result["corrected"] == 1
    await undo(world, reworded.result["resource_id"])
    after = (await world.call(world.as_person("S01"), "ListFacts", fact_pb2.ListFactsRequest())).facts
    assert {each.text for each in after} == {"漏跟进三条线索", "签下两家重点客户"}


async def test_who_may_not_read_texts_sees_the_dates_and_every_other_reading_is_audited(world: Any) -> None:
    from common import tables

    await world.team(1)
    await world.file("工号,类型,日期,内容\nS01,工作失误,2026-09-15,漏跟进三条线索\n", "facts")
    request = fact_pb2.ListFactsRequest()
    (blank,) = (await world.call(world.admin, "ListFacts", request)).facts
    assert (blank.text, blank.happened_on) == ("", "2026-09-15")
    (read,) = (await world.call(world.manager, "ListFacts", request)).facts
    assert read.text == "漏跟进三条线索"
    async with world.database.read(world.admin) as reader:
        audit = tables.audit.c
        entries = await reader.session.execute(select(audit.facts).where(audit.action == "fact.read"))
        assert [entry.facts["reader_id"] for entry in entries] == [str(world.manager_id)]


async def test_a_file_that_was_never_uploaded_is_refused_at_once(world: Any) -> None:
    file = imports_pb2.ImportFile(blob_id=str(world.root_id), file_name="x", format=1)
    kpis = fact_import_pb2.ImportKpisRequest(file=file, layout=fact_import_pb2.KPI_LAYOUT_LONG)
    assert await world.refused(world.admin, "ImportKpis", kpis) == "BLOB_NOT_FOUND"
    facts = fact_import_pb2.ImportFactsRequest(file=file)
    assert await world.refused(world.admin, "ImportFacts", facts) == "BLOB_NOT_FOUND"


async def test_only_hr_and_machines_of_the_scope_import(world: Any) -> None:
    file = imports_pb2.ImportFile(blob_id=str(world.root_id), file_name="x", format=1)
    request = fact_import_pb2.ImportKpisRequest(file=file, layout=fact_import_pb2.KPI_LAYOUT_LONG)
    assert await world.refused(world.manager, "ImportKpis", request) == "FORBIDDEN"
    await world.team(1)
    from common.identity import Identity

    machine = Identity(world.tenant_id, "machine:hr", "machine", scopes=frozenset({"facts:write"}))
    assert (await world.file(HEADER + "S01,c,,2026-09,1,1,,,,\n", by=machine)).result["created"] == 1


@pytest.mark.skipif(not DATASET.exists(), reason="the public data set is no part of the project")
async def test_the_public_data_set_goes_in_and_shortfalls_against_team_means_are_found(world: Any) -> None:
    await people_of_the_data_set(world)
    mapping = yaml.safe_load((ROOT / "examples" / "hr-dataset" / "kpis.yaml").read_text())
    ended = await world.file(DATASET.read_bytes(), **wide(mapping))
    assert (ended.state, ended.failed, ended.result["created"]) == ("succeeded", 0, 311 * 5 - blanks())
    found = await world.shortfalls()
    against_team = [each for each in found if BELOW_TEAM_MEAN in each.met_tests]
    assert {each.sum.team_basis for each in against_team} == {1, 2}
    assert all(float(each.sum.below_mean_percent) >= 10 and each.sum.team_size >= 5 for each in against_team)
    assert {"absences", "engagement"} <= {each.metric_code for each in against_team}
    again = await world.file(DATASET.read_bytes(), **wide(mapping))
    assert (again.result.get("created"), again.result["unchanged"]) == (None, ended.result["created"])
    assert [(each.id, each.version) for each in await world.shortfalls()] == [(each.id, each.version) for each in found]


def rows_of_the_data_set() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(DATASET.read_text("utf-8-sig"))))


def blanks() -> int:
    columns = ("EngagementSurvey", "EmpSatisfaction", "SpecialProjectsCount", "DaysLateLast30", "Absences")
    return sum(not row[column].strip() for row in rows_of_the_data_set() for column in columns)


async def people_of_the_data_set(world: Any) -> None:
    managers = {
        name: await world.person(f"M-{name}") for name in {row["ManagerName"] for row in rows_of_the_data_set()}
    }
    for row in rows_of_the_data_set():
        await world.person(
            row["EmpID"],
            manager=managers[row["ManagerName"]],
            level=row["Position"].strip(),
            active=not row["DateofTermination"].strip(),
        )
