"""The API describes itself completely, and needs nothing from elsewhere to be read."""

import re

import httpx2
import pytest


async def _document(api: httpx2.AsyncClient) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    return (await api.get("/openapi.json")).json()  # type: ignore[no-any-return]


async def test_every_operation_says_what_it_needs_and_how_it_fails(api: httpx2.AsyncClient) -> None:
    document = await _document(api)
    assert document["openapi"] == "3.1.0"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["description"], where
            headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}  # type: ignore[attr-defined]
            assert ("Idempotency-Key" in headers) is (method != "get"), where
            assert ("412" in operation["responses"]) is ("If-Match" in headers), where
            assert "401" in operation["responses"], where
            assert method not in {"put", "patch", "delete"} or "If-Match" in headers, where


async def test_operation_ids_are_unique(api: httpx2.AsyncClient) -> None:
    document = await _document(api)
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(map(str, ids)))


async def test_the_reference_loads_nothing_from_elsewhere(api: httpx2.AsyncClient) -> None:
    page = await api.get("/docs")
    assert page.status_code == 200
    assert "http" not in re.sub(r"<!doctype html>", "", page.text)
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert (await api.get(asset)).status_code == 200, asset


@pytest.mark.parametrize("name", ["..%2f__init__.py", "index.css", "nothing"])
async def test_only_the_references_own_assets_are_served(name: str, api: httpx2.AsyncClient) -> None:
    assert (await api.get(f"/docs/assets/{name}")).status_code == 404


async def test_ready_waits_for_the_issuers_and_ends_with_the_drain(api: httpx2.AsyncClient, edge: object) -> None:
    assert (await api.get("/healthz/ready")).status_code == 200
    edge.drain()  # type: ignore[attr-defined]
    assert (await api.get("/healthz/ready")).status_code == 503
    assert (await api.get("/healthz/live")).status_code == 200
