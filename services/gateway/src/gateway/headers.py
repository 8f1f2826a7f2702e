"""The request headers that writes carry."""

import re

from common.errors import IdempotencyKeyMissing, Invalid
from common.ids import new_id
from starlette.requests import Request

from gateway.refusals import IfMatchInvalid, IfMatchMissing, UnsupportedMediaType

IDEMPOTENCY_KEY = "idempotency-key"
_KEY_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_ETAG_FORM = re.compile(r'"(\d{1,18})"')


def idempotency_key(request: Request) -> str:
    """Return the key; a POST must bring one, for the others a fresh one does, because they name a version."""
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is None:
        if request.method == "POST":
            raise IdempotencyKeyMissing
        return str(new_id())
    if not _KEY_FORM.fullmatch(key):
        raise Invalid.field(
            IDEMPOTENCY_KEY,
            "IDEMPOTENCY_KEY_INVALID",
            en="An Idempotency-Key is 1 to 255 visible ASCII characters.",
            zh="Idempotency-Key 应为 1 至 255 个可见 ASCII 字符。",
        )
    return key


def if_match(request: Request) -> int:
    """Return the version that the change is meant for."""
    tag = request.headers.get("if-match")
    if tag is None:
        raise IfMatchMissing
    # A weak tag or a star never says which version was read.
    if (found := _ETAG_FORM.fullmatch(tag.strip())) is None:
        raise IfMatchInvalid
    return int(found[1])


def if_match_or_new(request: Request) -> int:
    """Return the version that the change is meant for, 0 with `If-None-Match: *`: it is not to exist yet."""
    if request.headers.get("if-none-match", "").strip() == "*" and "if-match" not in request.headers:
        return 0
    return if_match(request)


def check_media_type(request: Request) -> None:
    """Raise UnsupportedMediaType for a body that is not JSON."""
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and kind != "application/json":
        raise UnsupportedMediaType(expected="application/json")
