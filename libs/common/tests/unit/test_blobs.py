import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from common.blobs import FRAME, Blobs, FileTooLarge, StoredFile
from common.errors import NotFound
from common.sealed import DataKey, SealBroken

TENANT = uuid4()
KEY = DataKey(TENANT, b"k" * 32)
LIMIT = 1 << 20


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs.open(str(tmp_path / "files"))


def stored_bytes(tmp_path: Path, file: StoredFile) -> Path:
    return tmp_path / "files" / str(TENANT) / str(file.id)


async def stream(content: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def content_of(size: int) -> bytes:
    return bytes(n % 251 for n in range(size))


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 10 * FRAME + 7])
async def test_a_file_of_any_size_comes_back_whole(blobs: Blobs, size: int) -> None:
    content = content_of(size)
    file = await blobs.put_stream(KEY, stream(content), limit=LIMIT)
    assert (file.size, file.sha256) == (size, hashlib.sha256(content).digest())
    assert await blobs.read(file.id, KEY) == content


async def test_a_file_is_read_in_pieces(blobs: Blobs) -> None:
    file = await blobs.put_stream(KEY, stream(content_of(3 * FRAME + 5)), limit=LIMIT)
    assert [len(piece) async for piece in blobs.open_stream(file.id, KEY)] == [FRAME, FRAME, FRAME, 5]


async def test_a_file_exists_for_its_own_tenant_until_it_is_deleted(blobs: Blobs) -> None:
    file = await blobs.put_stream(KEY, stream(b"x"), limit=LIMIT)
    assert await blobs.exists(TENANT, file.id)
    assert not await blobs.exists(uuid4(), file.id)
    await blobs.delete(TENANT, file.id)
    assert not await blobs.exists(TENANT, file.id)


async def test_nothing_of_the_file_is_readable_in_the_store(blobs: Blobs, tmp_path: Path) -> None:
    file = await blobs.put_stream(KEY, stream("张三的工作失误".encode() * 1000), limit=LIMIT)
    raw = stored_bytes(tmp_path, file).read_bytes()
    assert "张三".encode() not in raw
    assert len(raw) < file.size + 100


async def test_a_stream_past_the_limit_is_stopped_and_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge) as refused:
        await blobs.put_stream(KEY, stream(content_of(LIMIT + 1)), limit=LIMIT)
    assert refused.value.text("en") == "The file is larger than the 1 MB allowed."
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_a_file_at_the_limit_is_kept(blobs: Blobs) -> None:
    assert (await blobs.put_stream(KEY, stream(content_of(LIMIT)), limit=LIMIT)).size == LIMIT


async def test_an_upload_that_breaks_off_leaves_nothing_and_says_why(blobs: Blobs, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield content_of(FRAME * 2)
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        await blobs.put_stream(KEY, broken(), limit=LIMIT)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_the_key_that_sealed_a_file_is_found_among_several(blobs: Blobs) -> None:
    old = DataKey(TENANT, b"o" * 32)
    file = await blobs.put_stream(old, stream(b"content"), limit=LIMIT)
    assert await blobs.read(file.id, KEY, old) == b"content"
    with pytest.raises(SealBroken):
        await blobs.read(file.id, KEY)


async def refuses(blobs: Blobs, file_id: UUID) -> None:
    with pytest.raises(SealBroken):
        await blobs.read(file_id, KEY)


async def test_a_file_cut_at_a_frame_or_anywhere_does_not_open(blobs: Blobs, tmp_path: Path) -> None:
    file = await blobs.put_stream(KEY, stream(content_of(3 * FRAME)), limit=LIMIT)
    path = stored_bytes(tmp_path, file)
    whole = path.read_bytes()
    header = len(whole) - 3 * (FRAME + 16)
    for length in (0, 10, header, header + FRAME + 16, header + 2 * (FRAME + 16), len(whole) - 1):
        path.write_bytes(whole[:length])
        await refuses(blobs, file.id)


async def test_frames_cannot_be_reordered_dropped_or_added(blobs: Blobs, tmp_path: Path) -> None:
    file = await blobs.put_stream(KEY, stream(content_of(3 * FRAME)), limit=LIMIT)
    path = stored_bytes(tmp_path, file)
    whole = path.read_bytes()
    size = FRAME + 16
    header = len(whole) - 3 * size
    frames = [whole[header + n * size : header + (n + 1) * size] for n in range(3)]
    for order in ([1, 0, 2], [1, 2], [0, 2], [0, 1, 2, 2]):
        path.write_bytes(whole[:header] + b"".join(frames[n] for n in order))
        await refuses(blobs, file.id)


async def test_a_file_put_in_anothers_place_does_not_open(blobs: Blobs, tmp_path: Path) -> None:
    one = await blobs.put_stream(KEY, stream(b"one"), limit=LIMIT)
    other = await blobs.put_stream(KEY, stream(b"other"), limit=LIMIT)
    stored_bytes(tmp_path, one).replace(stored_bytes(tmp_path, other))
    await refuses(blobs, other.id)


async def test_a_tenant_does_not_find_the_files_of_another(blobs: Blobs) -> None:
    file = await blobs.put_stream(KEY, stream(b"content"), limit=LIMIT)
    with pytest.raises(NotFound):
        await blobs.read(file.id, DataKey(uuid4(), KEY.secret))


async def test_a_deleted_file_is_gone_and_deleting_twice_is_no_error(blobs: Blobs) -> None:
    file = await blobs.put_stream(KEY, stream(b"content"), limit=LIMIT)
    await blobs.delete(TENANT, file.id)
    await blobs.delete(TENANT, file.id)
    with pytest.raises(NotFound):
        await blobs.read(file.id, KEY)


async def test_a_store_is_opened_by_its_url(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    blobs = Blobs.open(f"file://{tmp_path}/files")
    file = await blobs.put_stream(KEY, stream(b"content"), limit=LIMIT, file_id=UUID(int=5))
    assert file.id == UUID(int=5)
    assert await blobs.read(file.id, KEY) == b"content"
