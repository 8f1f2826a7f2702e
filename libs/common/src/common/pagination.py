"""Keyset paging behind an opaque, signed token that fits only the question it was given for."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from common.errors import FieldViolation, Invalid
from common.identity import Identity
from common.watched import Watched

DEFAULT_SIZE = 50
MAX_SIZE = 200
LIFETIME = timedelta(hours=24)
_MAC_BYTES = 16

Key = tuple[Any, ...]
SortColumn = ColumnElement[Any] | InstrumentedAttribute[Any]
R = TypeVar("R")
S = TypeVar("S", bound="Select[*tuple[Any, ...]]")


def page_size(requested: int) -> int:
    """Return the size to use: 50 for 0, never more than 200; raise Invalid for a negative one."""
    if requested < 0:
        raise Invalid.field("page_size", "NEGATIVE", en="A page size is not negative.", zh="每页条数不能为负数。")
    return min(requested or DEFAULT_SIZE, MAX_SIZE)


@dataclass(frozen=True)
class Page:
    """One page of one question: where it starts, how long it is, and how to ask for the next."""

    tokens: "PageTokens"
    size: int
    start: Key | None
    fits: bytes
    now: datetime

    def apply(self, statement: S, *columns: SortColumn, descending: bool = False) -> S:
        """Order by the columns, start after the last row seen, and fetch one row more than the page.

        The columns together must be unique and not null; the last is the id.
        """
        if self.start is not None:
            if len(self.start) != len(columns):
                raise _invalid()
            statement = statement.where(after(columns, self.start, descending=descending))
        order = [column.desc() if descending else column.asc() for column in columns]
        return statement.order_by(*order).limit(self.size + 1)

    def close(self, rows: Sequence[R], key: Callable[[R], Key]) -> tuple[Sequence[R], str]:
        """Return the page's rows and the next page's token, empty on the last page.

        `key` gives a row's values of the columns named to `apply`, in their order.
        """
        if len(rows) <= self.size:
            return rows, ""
        kept = rows[: self.size]
        return kept, self.tokens.encode(key(kept[-1]), self.fits, self.now)


class PageTokens:
    """Makes page tokens with the first key and checks them with any, so that a key can follow another."""

    def __init__(self, keys: Callable[[], Sequence[bytes]], lifetime: timedelta = LIFETIME) -> None:
        self._keys = keys
        self._lifetime = lifetime

    @classmethod
    def load(cls, key_file: Path) -> "PageTokens":
        """Read the keys that all replicas of a service share, and again when the file changes; see `page_keys`."""
        return cls(Watched(key_file, page_keys))

    def open(
        self,
        size: int,
        token: str,
        *,
        identity: Identity,
        now: datetime,
        question: str,
        filters: Mapping[str, object] | None = None,
    ) -> Page:
        """Return the page that a request asks for.

        `question` names the list (the RPC), `filters` is everything that selects or orders its rows.
        Raises Invalid for a token that is forged, expired, or was given for another list, filter or caller.
        """
        fits = _fits(identity, question, filters or {})
        start = self.decode(token, fits, now) if token else None
        return Page(self, page_size(size), start, fits, now)

    def encode(self, key: Key, fits: bytes, now: datetime) -> str:
        """Return the token that starts after `key` and only fits the question hashed in `fits`."""
        body = {"k": [_pack(value) for value in key], "x": int((now + self._lifetime).timestamp())}
        raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(_mac(self._keys()[0], raw, fits) + raw).decode().rstrip("=")

    def decode(self, token: str, fits: bytes, now: datetime) -> Key:
        """Return the key a token starts after; raise Invalid for one that is not ours, not this list's, or old."""
        try:
            whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raise _invalid() from None
        mac, raw = whole[:_MAC_BYTES], whole[_MAC_BYTES:]
        if not any(hmac.compare_digest(mac, _mac(key, raw, fits)) for key in self._keys()):
            raise _invalid()
        body = json.loads(raw)
        if body["x"] <= now.timestamp():
            raise _invalid()
        return tuple(_unpack(tag, text) for tag, text in body["k"])


def page_keys(text: str) -> list[bytes]:
    """Return the keys of a page key file, one a line; the first makes tokens. Raise ValueError for a short one."""
    keys = text.encode().split()
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("a page key needs at least 32 bytes")
    return keys


def after(columns: Sequence[SortColumn], key: Key, *, descending: bool = False) -> ColumnElement[bool]:
    """Return the condition for rows that come after `key` in the order of the columns.

    Written as nested alternatives instead of a row comparison, because values need each column's type.
    """
    condition: ColumnElement[bool] | None = None
    for column, value in reversed(list(zip(columns, key, strict=True))):
        beyond = column < value if descending else column > value
        condition = beyond if condition is None else or_(beyond, and_(column == value, condition))
    return true() if condition is None else condition


def _mac(key: bytes, raw: bytes, fits: bytes) -> bytes:
    # What the token fits is signed with it but not inside it: tokens stay short and tell nothing.
    return hmac.digest(key, fits + raw, "sha256")[:_MAC_BYTES]


def _fits(identity: Identity, question: str, filters: Mapping[str, object]) -> bytes:
    scope = [str(identity.tenant_id), identity.subject, sorted((g.role, str(g.unit_id)) for g in identity.grants)]
    canonical = json.dumps([scope, question, filters], sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).digest()


def _pack(value: object) -> tuple[str, str | int]:
    match value:
        case bool() | None:
            raise TypeError("a sort key is neither null nor a truth value")
        case datetime():
            return "t", value.astimezone(UTC).isoformat()
        case date():
            return "d", value.isoformat()
        case UUID():
            return "u", str(value)
        case Decimal():
            return "n", str(value)
        case int():
            return "i", value
        case str():
            return "s", value
    raise TypeError(f"no sort key: {type(value).__name__}")


def _unpack(tag: str, text: Any) -> object:
    read: dict[str, Callable[[Any], object]] = {
        "t": datetime.fromisoformat,
        "d": date.fromisoformat,
        "u": UUID,
        "n": Decimal,
        "i": int,
        "s": str,
    }
    return read[tag](text)


def _invalid() -> Invalid:
    violation = FieldViolation(
        "page_token",
        "PAGE_TOKEN_INVALID",
        "The page token is expired or belongs to another list; start again at the first page.",
        "分页令牌已过期或不属于此列表，请从第一页重新开始。",
    )
    return Invalid(fields=[violation])
