"""T23: every operation of the API with another tenant's ids answers exactly as for ids that never existed."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx2
import pytest
from common.streams import CONSUMES
from devstack.testing import StackUnderTest

from tests.rest import Actor, Refused

pytestmark = pytest.mark.faults

METHODS = ("get", "post", "put", "patch", "delete")
# Server-sent events do not end; they are refused by the same read as the resource itself.
ENDLESS = "/events"


@pytest.fixture(scope="module")
def neighbours(faulty: StackUnderTest, tenant: SimpleNamespace) -> SimpleNamespace:
    """Return two tenants, the second with something of every kind that an administrator can create."""
    faulty.create_tenant("neighbour", first_admin="hr-1", locale="en", zone="Europe/Berlin", calendar="DE")
    other = Actor(faulty, "neighbour", "hr-1", "en")
    unit = other.post("/v1/units", {"code": "n", "name": "n"})
    for number in range(3):
        other.post(
            "/v1/people",
            {
                "external_id": f"n-{number}",
                "name": f"Neighbour {number}",
                "unit_id": unit["id"],
                "job_family": "sales",
                "employee_type": "regular",
            },
        )
    return SimpleNamespace(mine=tenant.admin, other=other)


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods and "{" in path and not path.endswith(ENDLESS):
                yield path, method, methods[method]


def example(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    """Return the plainest value that the schema allows."""
    if "$ref" in schema:
        return example(whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], whole)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], whole)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", [])
            return {name: example(schema["properties"][name], whole) for name in wanted}
        case "array":
            return [example(schema["items"], whole)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    forms = {
        "uuid": str(uuid.uuid4()),
        "date": "2026-10-01",
        "date-time": "2026-10-01T09:00:00Z",
    }
    return forms.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))


def known_ids(actor: Actor, schema: dict[str, Any]) -> dict[str, list[str]]:
    """Return the ids that a tenant's own lists show, by the path they are listed under."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, methods in schema["paths"].items():
        if "get" not in methods or "{" in path or not path.startswith("/v1/") or path.endswith(ENDLESS):
            continue
        try:
            answer = actor.get(path)
        except Refused:
            continue
        for item in answer.get("items", []) if isinstance(answer, dict) else []:
            if "id" in item:
                found[path].append(item["id"])
    return found


def test_t23_every_operation_with_a_neighbours_id_answers_as_for_an_unknown_one(
    faulty: StackUnderTest, neighbours: SimpleNamespace
) -> None:
    schema = httpx2.get(f"{faulty.url}/openapi.json").json()
    mine = known_ids(neighbours.mine, schema)
    # What is built in has the same ids for everybody.
    every = {
        path: [id for id in ids if id not in mine[path]] for path, ids in known_ids(neighbours.other, schema).items()
    }
    theirs = {path: ids for path, ids in every.items() if ids}
    assert len(theirs) >= 4
    before = asyncio.run(audit_rows(faulty))
    tried, differing = 0, []
    for path, method, operation in operations(schema):
        for listed, ids in theirs.items():
            if not path.startswith(f"{listed}/{{"):
                continue
            answers = [
                probe(neighbours.mine, path, method, operation, schema, id) for id in (ids[0], str(uuid.uuid4()))
            ]
            tried += 1
            if answers[0] != answers[1] or answers[0][0] < 400 or answers[0][0] >= 500:
                differing.append((method, path, answers))
    assert differing == []
    assert tried >= 8
    assert asyncio.run(audit_rows(faulty)) == before


def probe(
    actor: Actor, path: str, method: str, operation: dict[str, Any], schema: dict[str, Any], id: str
) -> tuple[int, Any]:
    """Return status and reason of one request with the id in its first place and unknown ids in all others."""
    first, _, rest = path.partition("}")
    url = first[: first.index("{")] + id + rest
    while "{" in url:
        head, _, tail = url.partition("{")
        url = head + str(uuid.uuid4()) + tail.partition("}")[2]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    try:
        actor._send(method.upper(), url, body=example(body, schema) if body else None, version=1, key=str(uuid.uuid4()))
    except Refused as refused:
        return refused.status, refused.reason
    return 200, None


async def audit_rows(stack: StackUnderTest) -> int:
    connection = await asyncpg.connect(stack.superuser_dsn)
    try:
        schemas = [service.replace("-", "_") for service in CONSUMES]
        return sum([await connection.fetchval(f"SELECT count(*) FROM {schema}.audit") for schema in schemas])
    finally:
        await connection.close()


def test_t23_fifty_mixed_callers_on_pooled_connections_see_only_their_own(neighbours: SimpleNamespace) -> None:
    own = {name: {unit["id"] for unit in getattr(neighbours, name).all("/v1/units")} for name in ("mine", "other")}
    assert not own["mine"] & own["other"]

    def look(number: int) -> set[str]:
        name = ("mine", "other")[number % 2]
        return {unit["id"] for unit in getattr(neighbours, name).all("/v1/units")} - own[name]

    with ThreadPoolExecutor(50) as callers:
        leaks = set().union(*callers.map(look, range(400)))
    assert leaks == set()
