"""What every route says of itself in OpenAPI: headers, problems, the security scheme, the introduction."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.calls import ReadCall
from gateway.problems import MEDIA_TYPE, TITLES, TYPE_PREFIX

READ_PROBLEMS = (400, 401, 403, 404, 429, 500, 503, 504)
WRITE_PROBLEMS = (409, 413, 415, 422)
VERSION_PROBLEMS = (412, 428)

DESCRIPTION = """\
Performance-improvement interviews as a closed loop: from a KPI shortfall to a signed, followed-up and measured plan.

**Authentication.** `Authorization: Bearer` with an access token (RFC 9068) of your organisation's identity provider.
The tenant follows from the issuer. Signing, exporting and granting may ask for a fresh login: 401 with
`insufficient_user_authentication` (RFC 9470).

**Writes.** Every POST needs an `Idempotency-Key`: sent again, it answers as the first time (`Idempotent-Replayed:
true`) and changes nothing; with another body it is refused (422). Changes of something that exists need its `ETag` as
`If-Match`: missing 428, outdated 412.

**Lists.** `page_size` (50, at most 200) and `page_token`; the next page is at `next_page_token`, absent on the last.

**Long work** answers 202 with an operation; read `/v1/operations/{id}` or listen to its events.

**Errors** are `application/problem+json` (RFC 9457) in English or Chinese by `Accept-Language`, else in your own
language. `reason` is stable, `errors` points into the request, `facts` says for programs what `detail` says for
people (`earliest_on`, `state`). 503 with `NOT_YET_VISIBLE` says that something just
made has not arrived everywhere: repeat the request.
"""

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "reason", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable for one reason."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "reason": {"type": "string", "description": "Stable, UPPER_SNAKE."},
        "detail": {"type": "string", "description": "For a person, in their language."},
        "trace_id": {"type": "string", "description": "Tell it to support."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["reason", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "parameter": {"type": "string"},
                    "header": {"type": "string"},
                    "reason": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "facts": {
            "type": "object",
            "description": "What the detail is filled with: ids, dates, numbers and words of state, by name.",
            "additionalProperties": {"type": "string"},
        },
    },
    "examples": [
        {
            "type": f"{TYPE_PREFIX}notice-too-short",
            "title": TITLES[409][0],
            "status": 409,
            "reason": "NOTICE_TOO_SHORT",
            "detail": "The playbook asks for 3 working days of notice: 2026-10-12 at the earliest.",
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            "facts": {"days": "3", "earliest_on": "2026-10-12"},
        }
    ],
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "`zh-CN` or `en`; else your own language.",
}
_VERSION = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "examples": ['"3"']},
    "description": "The resource's ETag as you read it.",
}
_NEW = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"const": "*"},
    "description": "In place of If-Match: it does not exist yet.",
}


def request_headers(kind: type[ReadCall], methods: Iterable[str]) -> list[dict[str, Any]]:
    """Return the header parameters of a route."""
    headers: list[dict[str, Any]] = [_LANGUAGE]
    if kind.needs_key:
        headers.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": "POST" in methods,
                "schema": {"type": "string", "maxLength": 255},
                "description": "Yours to choose, for example a UUID; the same for each repetition of one request.",
            }
        )
    if kind.may_be_new:
        return [*headers, {**_VERSION, "required": False}, _NEW]
    return [*headers, _VERSION] if kind.needs_version else headers


def problem_responses(kind: type[ReadCall]) -> dict[int | str, dict[str, Any]]:
    """Return the problems that a route may answer with."""
    of_writes = WRITE_PROBLEMS if kind.needs_key else ()
    of_versions = VERSION_PROBLEMS if kind.needs_version else ()
    statuses = [*READ_PROBLEMS, *of_writes, *of_versions]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status][0], "content": content} for status in sorted(statuses)}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        for unused in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(unused, None)
        components["securitySchemes"] = {
            "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt (RFC 9068)"}
        }
        document["security"] = [{"accessToken": []}]
        for operation in _operations(document):
            # FastAPI's own form of a validation error; ours is the 400.
            if operation["responses"].get("422", {}).get("description") == "Validation Error":
                del operation["responses"]["422"]
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (operation for path in document["paths"].values() for operation in path.values())
