"""Errors as facts: a kind, a reason and a sentence in each language; they know no transport."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What went wrong, in the caller's terms; one table per transport maps it to a status."""

    INVALID = "invalid"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    VERSION = "version"
    PRECONDITION = "precondition"
    FORBIDDEN = "forbidden"
    UNAUTHENTICATED = "unauthenticated"
    EXHAUSTED = "exhausted"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class FieldViolation:
    """One field of the request that is wrong; `field` is its path, such as `goals[0].due_on`."""

    field: str
    reason: str
    en: str
    zh: str

    def text(self, locale: str) -> str:
        """Return the sentence in the caller's language."""
        return self.zh if locale.startswith("zh") else self.en


class AppError(Exception):
    """Base of every error a caller may see; subclasses stand beside the rule they speak for.

    `en` and `zh` are templates filled with the facts given; facts are ids, dates, numbers and
    words of state, never personal data.
    """

    kind: ClassVar[Kind]
    reason: ClassVar[str]
    en: ClassVar[str]
    zh: ClassVar[str]

    def __init__(self, *, fields: Sequence[FieldViolation] = (), **facts: object) -> None:
        self.fields = tuple(fields)
        self.facts = {name: str(value) for name, value in facts.items()}
        super().__init__(self.text("en"))

    def text(self, locale: str) -> str:
        """Return the sentence in the caller's language."""
        return (self.zh if locale.startswith("zh") else self.en).format(**self.facts)


class Invalid(AppError):
    """The request breaks a rule of its own form; `fields` says where."""

    kind = Kind.INVALID
    reason = "INVALID_REQUEST"
    en = "The request has fields that are not valid."
    zh = "请求中有字段不合要求。"

    @classmethod
    def field(cls, field: str, reason: str, *, en: str, zh: str) -> "Invalid":
        """Return the error for one field."""
        return cls(fields=[FieldViolation(field, reason, en, zh)])


class NotFound(AppError):
    """No such thing, or none the caller may know of."""

    kind = Kind.NOT_FOUND
    reason = "NOT_FOUND"
    en = "There is no {resource} {id} that you may see."
    zh = "没有您可查看的 {resource} {id}。"

    def __init__(self, *, resource: str, id: object) -> None:
        super().__init__(resource=resource, id=id)


class NotYetVisible(AppError):
    """A named thing has not arrived in this service's read copy; the same call later may succeed."""

    kind = Kind.UNAVAILABLE
    reason = "NOT_YET_VISIBLE"
    en = "The {resource} {id} has not arrived here yet; try again in a moment."
    zh = "{resource} {id} 尚未同步到此处，请稍后重试。"

    def __init__(self, *, resource: str, id: object) -> None:
        super().__init__(resource=resource, id=id)


class VersionMismatch(AppError):
    """The resource changed since the caller read it."""

    kind = Kind.VERSION
    reason = "VERSION_MISMATCH"
    en = "The {resource} changed since you read it; read it again and repeat your change."
    zh = "{resource} 在您读取后已被修改，请重新读取后再提交。"

    def __init__(self, *, resource: str = "resource") -> None:
        super().__init__(resource=resource)


class Forbidden(AppError):
    """The caller may know the thing but not do this to it."""

    kind = Kind.FORBIDDEN
    reason = "FORBIDDEN"
    en = "You may not do this: {action}."
    zh = "您无权执行此操作：{action}。"

    def __init__(self, *, action: str) -> None:
        super().__init__(action=action)


class IllegalTransition(AppError):
    """The state of the resource does not allow this command."""

    kind = Kind.PRECONDITION
    reason = "ILLEGAL_TRANSITION"
    en = "The {resource} is {state}; it cannot {action} now."
    zh = "{resource} 当前状态为 {state}，不能执行 {action}。"

    def __init__(self, *, resource: str, state: str, action: str) -> None:
        super().__init__(resource=resource, state=state, action=action)


class Unauthenticated(AppError):
    """The caller has not proven who they are."""

    kind = Kind.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"
    en = "The call carries no valid identity."
    zh = "请求未携带有效的身份凭证。"


class FreshLoginRequired(AppError):
    """The command needs a proof of identity newer than the caller's (RFC 9470)."""

    kind = Kind.UNAUTHENTICATED
    reason = "INSUFFICIENT_USER_AUTHENTICATION"
    en = "Log in again: this needs a login of the last {max_age} seconds."
    zh = "请重新登录：此操作需要最近 {max_age} 秒内的登录。"

    def __init__(self, *, max_age: int) -> None:
        super().__init__(max_age=max_age)


class IdempotencyKeyMissing(AppError):
    """A write came without its idempotency key."""

    kind = Kind.INVALID
    reason = "IDEMPOTENCY_KEY_MISSING"
    en = "This write needs an Idempotency-Key."
    zh = "此写操作需要 Idempotency-Key。"


class IdempotencyKeyReused(AppError):
    """The key belongs to another request."""

    kind = Kind.CONFLICT
    reason = "IDEMPOTENCY_KEY_REUSED"
    en = "This Idempotency-Key was used for another request."
    zh = "该 Idempotency-Key 已用于另一个请求。"


class StillRunning(AppError):
    """The same write is under way or its row is locked; the same call later gets its answer."""

    kind = Kind.CONFLICT
    reason = "STILL_RUNNING"
    en = "The same change is still under way; try again in a moment."
    zh = "相同的更改仍在进行，请稍后重试。"


class Unavailable(AppError):
    """Something this service needs does not answer."""

    kind = Kind.UNAVAILABLE
    reason = "UNAVAILABLE"
    en = "The service cannot answer now; try again in a moment."
    zh = "服务暂时无法响应，请稍后重试。"


class Unreachable(Unavailable):
    """A server this service needs could not be reached; work that nobody waits for waits until it can be."""


class Replayed(Exception):
    """Control flow, not a fault: the idempotency key was used before and this is what it made."""

    def __init__(self, resource_id: object) -> None:
        super().__init__("replayed")
        self.resource_id = resource_id


class AlreadyHandled(Exception):
    """Control flow, not a fault: this event, due row or job chunk was handled before."""
