"""What the gateway itself refuses, before any service is asked."""

from common.errors import AppError, Kind


class TokenRejected(AppError):
    """The bearer token is absent, forged, foreign, expired or of the wrong kind; the caller is not told which."""

    kind = Kind.UNAUTHENTICATED
    reason = "TOKEN_REJECTED"
    en = "Send a valid access token of your organisation's identity provider."
    zh = "请提供由贵组织身份提供方签发的有效访问令牌。"


class UnknownPerson(AppError):
    """The token is good, but its subject belongs to nobody who is active here."""

    kind = Kind.FORBIDDEN
    reason = "UNKNOWN_PERSON"
    en = "Your login is valid, but no active person here belongs to it."
    zh = "您的登录有效，但此处没有与之对应的在职人员。"


class PersonRequired(AppError):
    """A program called what only a person may do."""

    kind = Kind.FORBIDDEN
    reason = "PERSON_REQUIRED"
    en = "Only a person may do this, not a program."
    zh = "此操作只能由本人执行，程序不可代劳。"


class IfMatchMissing(AppError):
    """A change came without the version it is meant for."""

    kind = Kind.PRECONDITION
    reason = "IF_MATCH_MISSING"
    en = "Send the resource's ETag as If-Match, so that no other change is lost."
    zh = "请以 If-Match 提供资源的 ETag，以免覆盖他人的修改。"


class IfMatchInvalid(AppError):
    """The If-Match header is no ETag of ours."""

    kind = Kind.INVALID
    reason = "IF_MATCH_INVALID"
    en = 'If-Match takes one strong ETag as it was given, for example "3".'
    zh = 'If-Match 只接受一个原样返回的强 ETag，例如 "3"。'


class UnsupportedMediaType(AppError):
    """The body is of a kind that this route does not read."""

    kind = Kind.INVALID
    reason = "UNSUPPORTED_MEDIA_TYPE"
    en = "Send the body as {expected}."
    zh = "请以 {expected} 格式发送请求内容。"
