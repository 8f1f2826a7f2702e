"""Files: uploaded first, then named by id in the request that uses them."""

from typing import Annotated
from uuid import UUID

from common.errors import Forbidden
from common.identity import Identity
from fastapi import Query
from starlette.responses import Response

from gateway.calls import Read, Upload
from gateway.resource import Resource
from gateway.schemas.files import FileOut, Purpose

files = Resource("files", "Files")

_BODY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}, "required": True}
_DOWNLOAD = {"description": "The file.", "content": {"application/octet-stream": {}}}
_IMPORTERS = ("hr_admin", "hrbp")


@files.post("", status_code=201, openapi_extra={"requestBody": _BODY})
async def upload_file(call: Upload, purpose: Annotated[Purpose, Query()]) -> FileOut:
    """Upload a file as the request's body.

    Import: CSV or XLSX up to 200 MB, by HR or a machine client. Evidence: PDF, PNG, JPEG, Office or text up to 10 MB.
    413 `FILE_TOO_LARGE`, 415 `FILE_KIND_REFUSED`. The file is sealed on its way into the store.
    """
    if purpose is Purpose.IMPORT and not _may_import(call.identity):
        raise Forbidden(action="upload_import")
    card, call.replayed = await call.edge.files.store(call.identity, call.key, purpose, call.request.stream())
    return FileOut(**card.model_dump(exclude={"owner"}))


@files.get("/{id}", response_model=None, responses={200: _DOWNLOAD})
async def download_file(id: UUID, call: Read) -> Response:
    """A file that you uploaded, as an attachment."""
    card = await call.edge.files.own(call.identity, id)
    return await call.edge.files.download(call.identity, id, f"{card.id}.{card.kind}")


def _may_import(identity: Identity) -> bool:
    if identity.kind == "machine":
        return any(scope.endswith(":write") for scope in identity.scopes)
    return any(identity.has_role(role) for role in _IMPORTERS)
