"""The router of one resource: reads from a route's signature what its requests carry, documents and answers so.

    people = Resource("people", "People")

    @people.get("/{id}")
    async def get_person(id: UUID, call: Read) -> Person: ...

The type of `call` (see `gateway.calls`) sets the headers that the request needs; the return type is the body.
A returned Versioned sets the ETag, a 201 its Location, None is 204, a replay is marked.
"""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, get_type_hints

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from gateway.calls import KIND_OF, ReadCall
from gateway.openapi import problem_responses, request_headers
from gateway.schemas.model import Versioned

Endpoint = Callable[..., Awaitable[Any]]


class Resource(APIRouter):
    """Routes under `/v1/<name>`; `name` may be a path of several words for nested resources."""

    def __init__(self, name: str, tag: str) -> None:
        super().__init__(prefix=f"/v1/{name}", tags=[tag])

    def add_api_route(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        """Register a route; called by `get`, `post` and the other decorators of FastAPI."""
        kind = _kind_of(endpoint)
        status = options.get("status_code") or (204 if _returns_nothing(endpoint) else 200)
        extra = options.get("openapi_extra") or {}
        headers = request_headers(kind, options["methods"])
        options |= {
            "status_code": status,
            "name": endpoint.__name__,
            "operation_id": endpoint.__name__,
            "summary": options.get("summary") or _sentence(endpoint.__name__),
            "responses": {
                **problem_responses(kind),
                **(options.get("responses") or {}),
            },
            "openapi_extra": {**extra, "parameters": [*extra.get("parameters", []), *headers]},
        }
        super().add_api_route(path, _answering(endpoint, status), **options)


def _answering(endpoint: Endpoint, status: int) -> Endpoint:
    @wraps(endpoint)
    async def answer(**arguments: Any) -> Response:
        result = await endpoint(**arguments)
        call: ReadCall = next(each for each in arguments.values() if isinstance(each, ReadCall))
        if isinstance(result, Response):
            return result
        headers = _headers(call, result, status)
        if result is None:
            return Response(status_code=204, headers=headers)
        # Written once, here: what a route returns is already of its declared type.
        return Response(result.__pydantic_serializer__.to_json(result), status, headers, "application/json")

    return answer


def _headers(call: ReadCall, result: BaseModel | None, status: int) -> dict[str, str]:
    headers = {"Content-Language": call.locale}
    if isinstance(result, Versioned):
        headers["ETag"] = f'"{result.version}"'
    if status == 201 and (made := getattr(result, "id", None)):
        headers["Location"] = f"{call.request.url.path}/{made}"
    if call.replayed:
        headers["Idempotent-Replayed"] = "true"
    return headers


def _kind_of(endpoint: Endpoint) -> type[ReadCall]:
    for annotation in get_type_hints(endpoint, include_extras=True).values():
        for mark in getattr(annotation, "__metadata__", ()):
            if kind := KIND_OF.get(getattr(mark, "dependency", None)):
                return kind
    raise TypeError(f"{endpoint.__qualname__} has no call: Read, Write, Change, VouchedWrite or VouchedChange")


def _returns_nothing(endpoint: Endpoint) -> bool:
    return inspect.signature(endpoint).return_annotation is None


def _sentence(name: str) -> str:
    return name.replace("_", " ").capitalize()
