"""The three kinds of schemas, and the page."""

from collections.abc import Iterable
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Input(BaseModel):
    """What a caller sends; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(frozen=True)


class Versioned(Output):
    """A resource that can be changed; its version is also the ETag, to be sent back as If-Match."""

    version: Annotated[int, Field(description="Rises with every change; the same number as in the ETag.")]


class PageQuery(Input):
    """The query of a list; lists with filters derive from it."""

    page_size: Annotated[int, Field(ge=0, le=200, description="0 takes the default of 50.")] = 0
    page_token: Annotated[str, Field(max_length=2000, description="`next_page_token` of the page before.")] = ""


class Page(Output, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_page_token: Annotated[str | None, Field(description="Absent on the last page.")] = None

    @classmethod
    def of(cls, items: Iterable[T], next_page_token: str) -> "Page[T]":
        """Return the page; an empty token means that there is no other."""
        return cls(items=list(items), next_page_token=next_page_token or None)
