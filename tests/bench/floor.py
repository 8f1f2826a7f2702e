"""F1, the floor: one process, granian + Starlette + raw asyncpg, writing the same rows in one statement."""

import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SCHEMA = """
CREATE TABLE unit (tenant_id uuid, id uuid, version int NOT NULL, code text, name text, parent_id uuid, path uuid[],
  active bool, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, code));
CREATE TABLE audit (tenant_id uuid, id uuid, at timestamptz DEFAULT now(), subject text, action text, resource_id uuid,
  facts jsonb, PRIMARY KEY (tenant_id, id));
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid, event_id uuid UNIQUE,
  event_type text, aggregate_id uuid, sequence bigint, payload bytea, created_at timestamptz DEFAULT now());
CREATE TABLE idempotency (tenant_id uuid, subject text, method text, key text, fingerprint bytea, resource_id uuid,
  PRIMARY KEY (tenant_id, subject, method, key));
CREATE TABLE sequence (tenant_id uuid, aggregate_id uuid, last bigint, PRIMARY KEY (tenant_id, aggregate_id));
"""
WRITE = """
WITH u AS (INSERT INTO unit VALUES ($1, $2, 1, $3, $3, $4, ARRAY[$4, $2]::uuid[], true) RETURNING id),
a AS (INSERT INTO audit (tenant_id, id, subject, action, resource_id, facts)
      VALUES ($1, $5, 'person:x', 'unit.created', $2, '{}')),
o AS (INSERT INTO outbox (tenant_id, event_id, event_type, aggregate_id, sequence, payload)
      VALUES ($1, $5, 'unit.changed.v1', $2, 1, $6)),
s AS (INSERT INTO sequence VALUES ($1, $2, 1)),
i AS (INSERT INTO idempotency VALUES ($1, 'person:x', 'CreateUnit', $7, $6, $2))
SELECT id FROM u
"""
READ = "SELECT id, code, name, parent_id, path, active, version FROM unit WHERE tenant_id = $1 AND id = $2"
TENANT = uuid.UUID(int=1)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Keep the pool."""
    app.state.pool = await asyncpg.create_pool(os.environ["FLOOR_DSN"], min_size=4, max_size=16)
    yield
    await app.state.pool.close()


async def write(request: Request) -> Response:
    """Create a unit."""
    body = json.loads(await request.body())
    unit_id, key = uuid.uuid4(), request.headers["idempotency-key"]
    async with request.app.state.pool.acquire() as connection:
        await connection.fetchval(WRITE, TENANT, unit_id, body["code"], TENANT, uuid.uuid4(), b"x" * 150, key)
    return Response(json.dumps({"id": str(unit_id), **body, "version": 1}), 201, media_type="application/json")


async def read(request: Request) -> Response:
    """Answer one unit."""
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow(READ, TENANT, uuid.UUID(request.path_params["id"]))
    return Response(json.dumps(dict(row), default=str), media_type="application/json")


app = Starlette(routes=[Route("/v1/units", write, methods=["POST"]), Route("/v1/units/{id}", read)], lifespan=lifespan)
