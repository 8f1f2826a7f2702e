"""Files on their way in and out: measured, recognised by their bytes, sealed; a card beside each says whose it is."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from common.blobs import Blobs, FileTooLarge
from common.errors import AppError, IdempotencyKeyReused, Kind, NotFound
from common.identity import Identity
from common.ids import stable_id
from common.sealed import MasterKeys, SealBroken
from starlette.responses import StreamingResponse

from gateway.schemas.files import FileCard, FileKind, Purpose

_MEGABYTE = 1 << 20
LIMITS: dict[Purpose, int] = {Purpose.IMPORT: 200 * _MEGABYTE, Purpose.EVIDENCE: 10 * _MEGABYTE}
ACCEPTED: Mapping[Purpose, frozenset[FileKind]] = {
    Purpose.IMPORT: frozenset({FileKind.TEXT, FileKind.OFFICE}),
    Purpose.EVIDENCE: frozenset(FileKind),
}
_MAGIC = (
    (b"%PDF-", FileKind.PDF),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"PK\x03\x04", FileKind.OFFICE),
)
_ENOUGH = 8
DOWNLOAD_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}


class FileKindRefused(AppError):
    """The file's first bytes are of a kind that its purpose does not allow."""

    kind = Kind.INVALID
    reason = "FILE_KIND_REFUSED"
    en = "A file for {purpose} may be: {kinds}."
    zh = "用于 {purpose} 的文件只能是：{kinds}。"


@dataclass
class Files:
    """The files of a tenant, under its own key."""

    blobs: Blobs
    keys: MasterKeys

    async def store(
        self, identity: Identity, key: str, purpose: Purpose, chunks: AsyncIterable[bytes]
    ) -> tuple[FileCard, bool]:
        """Seal and keep a stream; return its card, and whether the same upload had been made before.

        Raises FileTooLarge, FileKindRefused, or IdempotencyKeyReused for another file under the same key.
        """
        sealing = self.keys.tenant_key(identity.tenant_id)
        # The key names the file, so that an upload repeated after a lost answer is found again.
        file_id = stable_id("file", identity.tenant_id, identity.subject, key)
        stream = _Recognised(chunks, purpose)
        if known := await self._card(identity, file_id):
            if await _digest(stream, LIMITS[purpose]) != known.sha256 or known.purpose is not purpose:
                raise IdempotencyKeyReused
            return known, True
        stored = await self.blobs.put_stream(sealing, stream.read(), limit=LIMITS[purpose], file_id=file_id)
        card = FileCard(
            id=file_id,
            purpose=purpose,
            kind=stream.kind,
            size=stored.size,
            sha256=stored.sha256.hex(),
            owner=identity.subject,
        )
        await self.blobs.put_stream(sealing, _once(card), limit=_MEGABYTE, file_id=_card_id(file_id))
        return card, False

    async def own(self, identity: Identity, file_id: UUID) -> FileCard:
        """Return the card of a file that the caller uploaded; any other is not found."""
        card = await self._card(identity, file_id)
        if card is None or card.owner != identity.subject:
            raise NotFound(resource="file", id=file_id)
        return card

    async def download(self, identity: Identity, file_id: UUID, name: str) -> StreamingResponse:
        """Return the file as an attachment, never to be shown or run by a browser.

        The route has made sure that the caller may have it. Raises NotFound.
        """
        pieces = self.blobs.open_stream(file_id, *self.keys.tenant_keys(identity.tenant_id))
        # The first piece is read now, while an error can still be answered.
        first = await anext(pieces)
        headers = {**DOWNLOAD_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(_from(first, pieces), media_type="application/octet-stream", headers=headers)

    async def _card(self, identity: Identity, file_id: UUID) -> FileCard | None:
        keys = self.keys.tenant_keys(identity.tenant_id)
        try:
            return FileCard.model_validate_json(await self.blobs.read(_card_id(file_id), *keys))
        except (NotFound, SealBroken):
            return None


class _Recognised:
    """A stream whose kind is known, and allowed, before its first byte is passed on."""

    def __init__(self, chunks: AsyncIterable[bytes], purpose: Purpose) -> None:
        self._chunks = chunks
        self._purpose = purpose
        self.kind = FileKind.TEXT

    async def read(self) -> AsyncIterator[bytes]:
        head, passed = b"", False
        async for chunk in self._chunks:
            if passed:
                self._refuse_binary(chunk)
                yield chunk
                continue
            head += chunk
            if len(head) >= _ENOUGH:
                yield self._pass(head)
                passed = True
        if not passed:
            yield self._pass(head)

    def _pass(self, head: bytes) -> bytes:
        self.kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), FileKind.TEXT)
        if self.kind not in ACCEPTED[self._purpose]:
            raise self._refusal()
        self._refuse_binary(head)
        return head

    def _refuse_binary(self, chunk: bytes) -> None:
        if self.kind is FileKind.TEXT and b"\0" in chunk:
            raise self._refusal()

    def _refusal(self) -> FileKindRefused:
        return FileKindRefused(purpose=self._purpose, kinds=", ".join(sorted(ACCEPTED[self._purpose])))


async def _digest(stream: _Recognised, limit: int) -> str:
    digest, size = hashlib.sha256(), 0
    async for chunk in stream.read():
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(limit=limit)
        digest.update(chunk)
    return digest.hexdigest()


async def _once(card: FileCard) -> AsyncIterator[bytes]:
    yield card.model_dump_json().encode()


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _card_id(file_id: UUID) -> UUID:
    return stable_id("file card", file_id)
