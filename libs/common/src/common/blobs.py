"""Files, sealed on their way into an object store: a local folder in development, S3 in production.

A sealed file is `magic | key id | salt | frames`; each frame holds 64 KiB of the file and its tag. The
frame's number and whether it is the last are in its nonce, tenant and file in its additional data, so that
a file that was cut, reordered or swapped does not open (STREAM, Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

import hashlib
import os
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import obstore
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from obstore.store import LocalStore, from_url

from common.errors import AppError, Kind, NotFound
from common.ids import new_id
from common.sealed import ID_BYTES, DataKey, SealBroken

if TYPE_CHECKING:
    from obstore.store import ObjectStore

FRAME = 64 * 1024
_MAGIC = b"TDB1"
_SALT = 16
_TAG = 16
_HEADER = len(_MAGIC) + ID_BYTES + _SALT
_MEGABYTE = 1 << 20


class FileTooLarge(AppError):
    """The stream went on past the allowed size; nothing of it is kept."""

    kind = Kind.INVALID
    reason = "FILE_TOO_LARGE"
    en = "The file is larger than the {megabytes} MB allowed."
    zh = "文件超过允许的 {megabytes} MB。"

    def __init__(self, *, limit: int) -> None:
        super().__init__(megabytes=f"{limit / _MEGABYTE:g}")


class BlobNotFound(AppError):
    """A file is named that is not in the store: never uploaded, of another tenant, or deleted since."""

    kind = Kind.NOT_FOUND
    reason = "BLOB_NOT_FOUND"
    en = "There is no file {id}; upload it first."
    zh = "没有文件 {id}，请先上传。"

    def __init__(self, *, id: UUID) -> None:
        super().__init__(id=id)


@dataclass(frozen=True)
class StoredFile:
    """What was stored: size in bytes and SHA-256 are those of the file itself, not of its sealed form."""

    id: UUID
    size: int
    sha256: bytes


class Blobs:
    """The files of all tenants, each under `<tenant>/<file>`."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    @classmethod
    def open(cls, place: str) -> "Blobs":
        """Open a folder (made if absent) or a URL such as `s3://bucket/prefix`; credentials as its SDK finds them."""
        if "://" in place:
            return cls(from_url(place))
        return cls(LocalStore(Path(place).absolute(), mkdir=True))

    async def put_stream(
        self, key: DataKey, chunks: AsyncIterable[bytes], *, limit: int, file_id: UUID | None = None
    ) -> StoredFile:
        """Seal and store a stream of chunks of any size under the key's tenant; all of it or nothing.

        Raises FileTooLarge as soon as more than `limit` bytes have come.
        """
        file_id = file_id or new_id()
        measured = _Measured(chunks, limit)
        try:
            await obstore.put_async(self._store, _path(key.tenant_id, file_id), _seal(key, file_id, measured))
        except Exception:
            # The store wraps what its source raised; the source's own error says more.
            if measured.failed is not None:
                raise measured.failed from None
            raise
        return StoredFile(file_id, measured.size, measured.digest.digest())

    async def open_stream(self, file_id: UUID, *keys: DataKey) -> AsyncIterator[bytes]:
        """Yield the file in pieces of at most 64 KiB, opened with whichever of the keys sealed it.

        Raises NotFound, or SealBroken at the first piece that does not open; pieces before it are genuine.
        """
        tenant_id = keys[0].tenant_id
        try:
            found = await obstore.get_async(self._store, _path(tenant_id, file_id))
        except FileNotFoundError:
            raise NotFound(resource="file", id=file_id) from None
        frames = _refill(found.stream(min_chunk_size=FRAME), FRAME + _TAG, _HEADER)
        header, _ = await anext(frames)
        key_id, salt = header[len(_MAGIC) : -_SALT], header[-_SALT:]
        key = next((each for each in keys if each.id == key_id), None)
        if key is None or len(header) != _HEADER or header[: len(_MAGIC)] != _MAGIC:
            raise SealBroken
        cipher, place, number = AESGCM(key.for_file(salt)), _place(tenant_id, file_id), 0
        async for frame, last in frames:
            try:
                yield cipher.decrypt(_nonce(number, last), frame, place)
            except InvalidTag:
                raise SealBroken from None
            number += 1
        if number == 0:
            raise SealBroken

    async def read(self, file_id: UUID, *keys: DataKey) -> bytes:
        """Return the whole file; for those known to be small."""
        return b"".join([piece async for piece in self.open_stream(file_id, *keys)])

    async def exists(self, tenant_id: UUID, file_id: UUID) -> bool:
        """Tell whether the tenant has the file."""
        try:
            await obstore.head_async(self._store, _path(tenant_id, file_id))
        except FileNotFoundError:
            return False
        return True

    async def delete(self, tenant_id: UUID, file_id: UUID) -> None:
        """Remove the file; one that is gone already is no error."""
        try:
            await obstore.delete_async(self._store, _path(tenant_id, file_id))
        except FileNotFoundError:
            return


@dataclass
class _Measured:
    """Counts and hashes what passes, and stops it at the limit."""

    chunks: AsyncIterable[bytes]
    limit: int
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    failed: BaseException | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self.chunks:
                self.size += len(chunk)
                if self.size > self.limit:
                    raise FileTooLarge(limit=self.limit)
                self.digest.update(chunk)
                yield chunk
        except BaseException as failed:
            self.failed = failed
            raise


async def _seal(key: DataKey, file_id: UUID, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    salt = os.urandom(_SALT)
    cipher, place, number = AESGCM(key.for_file(salt)), _place(key.tenant_id, file_id), 0
    yield _MAGIC + key.id + salt
    async for piece, last in _refill(chunks, FRAME):
        yield cipher.encrypt(_nonce(number, last), piece, place)
        number += 1


async def _refill(chunks: AsyncIterable[bytes], size: int, first: int = 0) -> AsyncIterator[tuple[bytes, bool]]:
    """Yield pieces of exactly `size` bytes (the first of `first`, if given) and whether each is the last.

    The last is shorter, or full if the stream ends there; an empty stream has one empty last piece.
    """
    buffer = bytearray()
    wanted = first or size
    async for chunk in chunks:
        buffer += chunk
        while len(buffer) > wanted:
            yield bytes(buffer[:wanted]), False
            del buffer[:wanted]
            wanted = size
    yield bytes(buffer), True


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _place(tenant_id: UUID, file_id: UUID) -> bytes:
    return f"{tenant_id}|file|{file_id}".encode()


def _path(tenant_id: UUID, file_id: UUID) -> str:
    return f"{tenant_id}/{file_id}"
