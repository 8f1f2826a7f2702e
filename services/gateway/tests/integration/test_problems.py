"""The error table: every status of a service, every way a request can be wrong, in both languages."""

from typing import Any, ClassVar

import httpx2
import pytest
from common.errors import (
    AppError,
    Forbidden,
    FreshLoginRequired,
    IllegalTransition,
    Invalid,
    Kind,
    NotFound,
    StillRunning,
)
from common.workload import WorkloadNotListed, WorkloadRefused

URL = "/v1/people/01935d3a-7c1e-7b52-9d58-0c8f4a1b0001"


class _SlotTaken(AppError):
    kind = Kind.CONFLICT
    reason = "SLOT_ALREADY_TAKEN"
    en = "This time is taken."
    zh = "该时段已被占用。"


class _TooMany(AppError):
    kind = Kind.EXHAUSTED
    reason = "TOO_MANY"
    en = "Too many."
    zh = "过多。"


TABLE: list[tuple[BaseException, int, str]] = [
    (Invalid.field("goals[0].due_on", "DUE_IN_THE_PAST", en="It is past.", zh="已过期。"), 400, "INVALID_REQUEST"),
    (Forbidden(action="sign"), 403, "FORBIDDEN"),
    (NotFound(resource="person", id="x"), 404, "NOT_FOUND"),
    (_SlotTaken(), 409, "SLOT_ALREADY_TAKEN"),
    (IllegalTransition(resource="interview", state="closed", action="start"), 409, "ILLEGAL_TRANSITION"),
    (StillRunning(), 409, "STILL_RUNNING"),
    (_TooMany(), 429, "TOO_MANY"),
    # Not the user's fault, so not the user's 401.
    (WorkloadRefused(), 503, "WORKLOAD_REFUSED"),
    (WorkloadNotListed(), 503, "WORKLOAD_NOT_LISTED"),
    (RuntimeError("password of 李雷 is 123"), 500, "INTERNAL"),
]


@pytest.mark.parametrize(("raised", "status", "reason"), TABLE, ids=lambda each: str(each)[:40])
async def test_a_refusal_of_a_service_becomes_its_problem(
    raised: BaseException, status: int, reason: str, api: httpx2.AsyncClient, neighbour: Any
) -> None:
    neighbour.raises = raised
    answer = await api.get(URL)
    problem = answer.json()
    assert (answer.status_code, problem["reason"]) == (status, reason)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:tandem:problem:{reason.lower().replace('_', '-')}"
    assert problem["trace_id"] == answer.headers["x-request-id"]


async def test_an_internal_fault_tells_nothing_but_its_trace(api: httpx2.AsyncClient, neighbour: Any) -> None:
    neighbour.raises = RuntimeError("password of 李雷 is 123")
    answer = await api.get(URL)
    assert set(answer.json()) == {"type", "title", "status", "reason", "trace_id"}
    assert "password" not in answer.text


async def test_a_refusal_says_its_facts_for_programs_too(api: httpx2.AsyncClient, neighbour: Any) -> None:
    neighbour.raises = IllegalTransition(resource="interview", state="closed", action="start")
    answer = await api.get(URL)
    assert answer.json()["facts"] == {"resource": "interview", "state": "closed", "action": "start"}
    neighbour.raises = _SlotTaken()
    assert "facts" not in (await api.get(URL)).json()


async def test_a_violation_points_into_the_body(api: httpx2.AsyncClient, neighbour: Any) -> None:
    neighbour.raises = TABLE[0][0]
    answer = await api.get(URL, headers={"Accept-Language": "en"})
    assert answer.json()["errors"] == [
        {"pointer": "#/goals/0/due_on", "reason": "DUE_IN_THE_PAST", "detail": "It is past."}
    ]


async def test_a_fresh_login_is_asked_for_as_rfc_9470_says(api: httpx2.AsyncClient, neighbour: Any) -> None:
    neighbour.raises = FreshLoginRequired(max_age=300)
    answer = await api.get(URL)
    challenge = answer.headers["www-authenticate"]
    assert answer.status_code == 401
    assert 'error="insufficient_user_authentication"' in challenge
    assert 'max_age="300"' in challenge


async def test_what_has_not_arrived_may_be_asked_for_again(api: httpx2.AsyncClient) -> None:
    answer = await api.post(
        f"{URL}:record-leaving",
        json={"left_on": "2026-12-31", "reason": "other"},
        headers={"Idempotency-Key": "k", "If-Match": '"3"'},
    )
    assert answer.status_code == 503
    assert answer.json()["reason"] == "NOT_YET_VISIBLE"
    assert answer.headers["retry-after"] == "1"


async def test_a_service_that_is_away_is_503_without_its_address(api: httpx2.AsyncClient, edge: Any) -> None:
    from gateway.clients import Stubs
    from grpc import aio

    async with aio.insecure_channel("127.0.0.1:1") as nowhere:
        edge.stubs = Stubs(lambda _: nowhere)
        answer = await api.get(URL)
    assert answer.status_code == 503
    assert answer.json()["reason"] == "UNAVAILABLE"
    assert "127.0.0.1" not in answer.text


class TestLanguages:
    """The one asked for, else the person's own."""

    texts: ClassVar[dict[str, str]] = {"zh-CN": "该时段已被占用。", "en": "This time is taken."}

    @pytest.mark.parametrize(
        ("header", "locale"),
        [
            ("zh-CN", "zh-CN"),
            ("en-GB,en;q=0.9", "en"),
            ("fr;q=1, en;q=0.2, zh;q=0.8", "zh-CN"),
            ("fr", "zh-CN"),
            ("", "zh-CN"),
            ("en;q=x, zh-TW;q=0.1", "zh-CN"),
        ],
    )
    async def test_a_problem_speaks_it(self, header: str, locale: str, api: httpx2.AsyncClient, neighbour: Any) -> None:
        neighbour.raises = _SlotTaken()
        answer = await api.get(URL, headers={"Accept-Language": header})
        assert answer.json()["detail"] == self.texts[locale]
        assert answer.headers["content-language"] == locale

    async def test_a_validation_error_is_written_in_both(self, api: httpx2.AsyncClient) -> None:
        details = []
        for locale in ("zh-CN", "en"):
            answer = await api.get("/v1/people?page_size=900", headers={"Accept-Language": locale})
            details.append(answer.json()["errors"][0]["detail"])
        assert details == ["不得大于 200。", "This must be at most 200."]


NEW = {
    "external_id": "E2",
    "name": "Han Meimei",
    "unit_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b0002",
    "job_family": "sales",
    "employee_type": "regular",
}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({**NEW, "name": ""}, {"pointer": "#/name"}),
        ({**NEW, "unit_id": "x"}, {"pointer": "#/unit_id"}),
        ({**NEW, "employee_type": "boss"}, {"pointer": "#/employee_type"}),
        ({**NEW, "hired_on": "yesterday"}, {"pointer": "#/hired_on"}),
        ({**NEW, "salary/month": 1}, {"pointer": "#/salary~1month"}),
        ([1], {"pointer": "#"}),
    ],
)
async def test_a_body_against_its_schema_is_400_at_the_place(
    body: Any, place: dict[str, str], api: httpx2.AsyncClient
) -> None:
    answer = await api.post("/v1/people", json=body, headers={"Idempotency-Key": "k"})
    error = answer.json()["errors"][0]
    assert answer.status_code == 400
    assert {name: error[name] for name in place} == place


async def test_a_wrong_parameter_is_named(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/v1/people?colour=red")
    assert answer.json()["errors"][0]["parameter"] == "colour"
    assert (await api.get("/v1/people/42")).json()["errors"][0]["parameter"] == "id"


@pytest.mark.parametrize(
    ("method", "url", "options", "status", "reason"),
    [
        ("GET", "/v1/nothing", {}, 404, "NO_SUCH_ROUTE"),
        ("GET", "/nothing", {}, 404, "NO_SUCH_ROUTE"),
        ("DELETE", URL, {}, 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/v1/people", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, None),
        ("POST", "/v1/people", {"content": b"a=1", "headers": {"Content-Type": "text/plain"}}, 415, None),
        ("POST", "/v1/people", {"content": b"[" * 1_100_000}, 413, "TOO_LARGE"),
        ("POST", "/v1/people", {"content": b"[" * 100_000}, 400, None),
    ],
)
async def test_a_request_that_reaches_no_route_is_a_problem_too(
    method: str, url: str, options: dict[str, Any], status: int, reason: str | None, api: httpx2.AsyncClient
) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json", **options.pop("headers", {})}
    answer = await api.request(method, url, headers=headers, **options)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert reason is None or answer.json()["reason"] == reason
