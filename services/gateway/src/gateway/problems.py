"""Problem details (RFC 9457) in both languages; the one place that writes an error's body."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:tandem:problem:"

TITLES: dict[int, tuple[str, str]] = {
    400: ("The request is not valid", "请求不合要求"),
    401: ("Authentication is required", "需要身份验证"),
    403: ("This is not allowed", "无权执行此操作"),
    404: ("Not found", "未找到"),
    405: ("The method is not allowed here", "此处不支持该方法"),
    409: ("The current state does not allow this", "当前状态不允许此操作"),
    412: ("The resource has changed", "资源已被修改"),
    413: ("The request is too large", "请求内容过大"),
    415: ("The media type is not supported", "不支持的内容类型"),
    422: ("The request does not fit its key", "请求与其幂等键不符"),
    428: ("A precondition is required", "缺少前提条件"),
    429: ("Too many requests", "请求过于频繁"),
    499: ("The request was cancelled", "请求已取消"),
    500: ("Something went wrong on our side", "服务器内部错误"),
    503: ("The service cannot answer now", "服务暂时不可用"),
    504: ("The service did not answer in time", "服务响应超时"),
}


@dataclass(frozen=True)
class FieldProblem:
    """One wrong place of the request: a JSON pointer into the body, or a parameter or header by name."""

    detail: str
    reason: str
    place: Mapping[str, str]

    def document(self) -> dict[str, str]:
        """Return the member of `errors`."""
        return {**self.place, "reason": self.reason, "detail": self.detail}


@dataclass(frozen=True)
class Problem:
    """An error as the caller will see it; texts are in the caller's language and hold no personal data."""

    status: int
    reason: str
    detail: str = ""
    fields: Sequence[FieldProblem] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    def response(self, locale: str, trace_id: str) -> Response:
        """Return the response; an internal fault says type, title and trace id only."""
        en, zh = TITLES[self.status]
        document: dict[str, object] = {
            "type": TYPE_PREFIX + self.reason.lower().replace("_", "-"),
            "title": zh if locale.startswith("zh") else en,
            "status": self.status,
            "reason": self.reason,
            "trace_id": trace_id,
        }
        if self.detail and self.status != 500:
            document["detail"] = self.detail
        if self.fields:
            document["errors"] = [each.document() for each in self.fields]
        if self.facts and self.status != 500:
            document["facts"] = dict(self.facts)
        headers = {"Content-Language": locale, "Cache-Control": "no-store", **self.headers}
        body = json.dumps(document, ensure_ascii=False).encode()
        return Response(body, self.status, headers, media_type=MEDIA_TYPE)
