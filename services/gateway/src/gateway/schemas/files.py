"""Uploaded files."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.schemas.model import Output


class Purpose(StrEnum):
    """What a file is for; it sets the size allowed and the kinds accepted."""

    IMPORT = "import"
    EVIDENCE = "evidence"


class FileKind(StrEnum):
    """What a file is, by its first bytes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    OFFICE = "office"
    TEXT = "text"


class FileOut(Output):
    """An uploaded file; its id goes into the request that uses it."""

    id: UUID
    purpose: Purpose
    kind: FileKind
    size: Annotated[int, Field(description="Bytes.")]
    sha256: Annotated[str, Field(description="Of the file, in hex.")]


class FileCard(FileOut):
    """What is kept beside a file: whose it is."""

    owner: str
