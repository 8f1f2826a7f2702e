"""Files: recognised, capped, sealed, and only for whom they belong to."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from gateway import files
from gateway.schemas.files import Purpose
from tandem.directory.v1 import facts_pb2

CSV = "工号,姓名\nE1,李雷\n".encode()
PDF = b"%PDF-1.7 \0 binary"


@pytest.fixture
def hr(neighbour: Any) -> None:
    """The caller administers the tenant."""
    neighbour.grants = [facts_pb2.GrantFacts(role=facts_pb2.ROLE_HR_ADMIN)]


async def _upload(api: httpx2.AsyncClient, body: Any, purpose: str = "evidence", key: str = "k") -> httpx2.Response:
    return await api.post(
        f"/v1/files?purpose={purpose}",
        content=body,
        headers={"Idempotency-Key": key, "Content-Type": "application/octet-stream"},
    )


async def test_a_file_comes_back_as_it_went_in_and_only_as_an_attachment(api: httpx2.AsyncClient) -> None:
    made = (await _upload(api, PDF)).json()
    assert (made["kind"], made["size"]) == ("pdf", len(PDF))
    answer = await api.get(f"/v1/files/{made['id']}")
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_file_from_before_a_change_of_the_master_key_comes_back(
    api: httpx2.AsyncClient, tmp_path: Path
) -> None:
    made = (await _upload(api, PDF)).json()
    master = json.loads((tmp_path / "master.json").read_text())
    master["keys"]["2"] = base64.b64encode(b"n" * 32).decode()
    (tmp_path / "master.json").write_text(json.dumps({**master, "current": "2"}))
    assert (await api.get(f"/v1/files/{made['id']}")).content == PDF
    assert (await _upload(api, PDF)).json() == made
    later = (await _upload(api, PDF, key="later")).json()
    assert (await api.get(f"/v1/files/{later['id']}")).content == PDF


async def test_what_lies_in_the_store_is_sealed(api: httpx2.AsyncClient, tmp_path: Any) -> None:
    await _upload(api, PDF)
    stored = [path.read_bytes() for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert stored
    assert all(b"PDF" not in content and b"person:" not in content for content in stored)


@pytest.mark.usefixtures("hr")
async def test_an_upload_repeated_with_its_key_is_the_same_file(api: httpx2.AsyncClient) -> None:
    first = await _upload(api, CSV, "import")
    again = await _upload(api, CSV, "import")
    assert first.json() == again.json()
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    other = await _upload(api, CSV + b"E2,x\n", "import")
    assert (other.status_code, other.json()["reason"]) == (422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.usefixtures("hr")
@pytest.mark.parametrize(
    ("body", "purpose"),
    [
        (PDF, "import"),
        (b"MZ\x90\0\x03\0\0\0", "import"),
        (b"\x7fELF\0\0\0\0", "evidence"),
        (b"late" * 5 + b"\0", "import"),
    ],
)
async def test_a_kind_that_does_not_fit_is_415(body: bytes, purpose: str, api: httpx2.AsyncClient) -> None:
    answer = await _upload(api, body, purpose)
    assert (answer.status_code, answer.json()["reason"]) == (415, "FILE_KIND_REFUSED")


async def test_a_stream_past_its_cap_is_413_and_leaves_nothing(
    api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setitem(files.LIMITS, Purpose.EVIDENCE, 100_000)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    answer = await _upload(api, endless())
    assert (answer.status_code, answer.json()["reason"]) == (413, "FILE_TOO_LARGE")
    assert not [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


async def test_imports_are_for_hr(api: httpx2.AsyncClient) -> None:
    assert (await _upload(api, CSV, "import")).status_code == 403


async def test_anothers_file_is_as_unknown_as_none(api: httpx2.AsyncClient, provider: Any, neighbour: Any) -> None:
    mine = (await _upload(api, PDF)).json()["id"]
    neighbour.bound["subject-2"] = "01935d3a-7c1e-7b52-9d58-0c8f4a1b0009"
    theirs = {"Authorization": f"Bearer {provider.token(sub='subject-2')}"}
    found = await api.get(f"/v1/files/{mine}", headers=theirs)
    unknown = await api.get("/v1/files/01935d3a-7c1e-7b52-9d58-0c8f4a1b0008", headers=theirs)
    assert found.status_code == unknown.status_code == 404
    assert found.json()["reason"] == unknown.json()["reason"]
