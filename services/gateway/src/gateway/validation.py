"""Why a request does not fit its schema, in both languages and without repeating what was sent."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError

from gateway.problems import FieldProblem

MAX_FIELDS = 50
_INDEX = re.compile(r"\[(\d+)\]")

# pydantic's error types; a template may name what pydantic tells of the rule, never of the input.
TEXTS: dict[str, tuple[str, str]] = {
    "missing": ("This is required.", "此项必填。"),
    "extra_forbidden": ("There is no such field here.", "此处没有该字段。"),
    "json_invalid": ("This is no valid JSON.", "不是有效的 JSON。"),
    "model_attributes_type": ("This must be a JSON object.", "必须是 JSON 对象。"),
    "dict_type": ("This must be a JSON object.", "必须是 JSON 对象。"),
    "list_type": ("This must be a list.", "必须是列表。"),
    "too_short": ("At least {min_length} entries are needed.", "至少需要 {min_length} 项。"),
    "too_long": ("At most {max_length} entries are allowed.", "最多允许 {max_length} 项。"),
    "string_type": ("This must be a text.", "必须是文本。"),
    "string_too_short": ("At least {min_length} characters are needed.", "至少需要 {min_length} 个字符。"),
    "string_too_long": ("At most {max_length} characters are allowed.", "最多允许 {max_length} 个字符。"),
    "string_pattern_mismatch": ("This text does not have the required form.", "文本格式不符合要求。"),
    "uuid_parsing": ("This is no valid id.", "不是有效的标识。"),
    "uuid_type": ("This is no valid id.", "不是有效的标识。"),
    "date_type": ("Write the date as YYYY-MM-DD.", "日期格式应为 YYYY-MM-DD。"),
    "date_parsing": ("Write the date as YYYY-MM-DD.", "日期格式应为 YYYY-MM-DD。"),
    "date_from_datetime_parsing": ("Write the date as YYYY-MM-DD.", "日期格式应为 YYYY-MM-DD。"),
    "date_from_datetime_inexact": ("Write the date as YYYY-MM-DD.", "日期格式应为 YYYY-MM-DD。"),
    "datetime_type": ("Write the time as in 2026-10-09T09:00:00+08:00.", "时间格式应如 2026-10-09T09:00:00+08:00。"),
    "datetime_parsing": ("Write the time as in 2026-10-09T09:00:00+08:00.", "时间格式应如 2026-10-09T09:00:00+08:00。"),
    "datetime_from_date_parsing": (
        "Write the time as in 2026-10-09T09:00:00+08:00.",
        "时间格式应如 2026-10-09T09:00:00+08:00。",
    ),
    "timezone_aware": ("The time needs its time zone.", "时间必须带有时区。"),
    "int_type": ("This must be a whole number.", "必须是整数。"),
    "int_parsing": ("This must be a whole number.", "必须是整数。"),
    "int_from_float": ("This must be a whole number.", "必须是整数。"),
    "float_parsing": ("This must be a number.", "必须是数字。"),
    "decimal_parsing": ("This must be a number.", "必须是数字。"),
    "decimal_type": ("This must be a number.", "必须是数字。"),
    "bool_type": ("This must be true or false.", "必须是 true 或 false。"),
    "bool_parsing": ("This must be true or false.", "必须是 true 或 false。"),
    "greater_than": ("This must be more than {gt}.", "必须大于 {gt}。"),
    "greater_than_equal": ("This must be at least {ge}.", "不得小于 {ge}。"),
    "less_than": ("This must be less than {lt}.", "必须小于 {lt}。"),
    "less_than_equal": ("This must be at most {le}.", "不得大于 {le}。"),
    "enum": ("This must be one of: {expected}.", "必须是以下之一：{expected}。"),
    "literal_error": ("This must be one of: {expected}.", "必须是以下之一：{expected}。"),
}
_OTHERWISE = ("This value is not valid.", "该值无效。")


def validation_fields(error: RequestValidationError, locale: str) -> list[FieldProblem]:
    """Return one entry for each wrong place, at most 50."""
    return [_field(each, locale) for each in error.errors()[:MAX_FIELDS]]


def pointer(path: str) -> str:
    """Return the JSON pointer (RFC 6901, as a URI fragment) of a path such as `goals[0].due_on`."""
    parts = _INDEX.sub(r".\1", path).split(".") if path else []
    return "#" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts if part)


def _field(found: Mapping[str, Any], locale: str) -> FieldProblem:
    kind, location = str(found["type"]), list(found["loc"])
    en, zh = TEXTS.get(kind, _OTHERWISE)
    facts = {name: str(value) for name, value in (found.get("ctx") or {}).items()}
    text = (zh if locale.startswith("zh") else en).format_map(_Facts(facts))
    where, rest = str(location[0]), location[1:]
    if where != "body":
        return FieldProblem(text, kind.upper(), {"header" if where == "header" else "parameter": str(rest[-1])})
    # A body that is no JSON is located by a character position.
    path = [] if kind == "json_invalid" else [str(part).replace("~", "~0").replace("/", "~1") for part in rest]
    return FieldProblem(text, kind.upper(), {"pointer": "#" + "".join(f"/{part}" for part in path)})


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
