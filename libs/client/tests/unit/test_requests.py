"""What makes a request safe to send: its key, its version, its repetition."""

import json

import pytest
from tandem_client.problems import TandemProblem, Unreachable
from tandem_client.tokens import ObtainedToken


def test_a_write_keeps_its_key_through_every_repetition(scripted, connect):
    scripted.answers(503, {"reason": "NOT_YET_VISIBLE"}, retry_after="1")
    scripted.breaks_off()
    scripted.answers(201, {"id": "1"})

    assert connect().post("/v1/facts", {"text": "x"}) == {"id": "1"}

    keys = {request.headers["idempotency-key"] for request in scripted.requests}
    assert len(scripted.requests) == 3
    assert len(keys) == 1
    assert scripted.waits[0] == 1.0


def test_two_writes_have_two_keys(scripted, connect):
    scripted.answers()
    scripted.answers()
    api = connect()
    api.post("/v1/facts")
    api.post("/v1/facts")

    first, second = (request.headers["idempotency-key"] for request in scripted.requests)
    assert first != second


def test_a_refusal_is_final(scripted, connect):
    scripted.answers(409, {"reason": "SLOT_ALREADY_TAKEN"})

    with pytest.raises(TandemProblem, match="SLOT_ALREADY_TAKEN"):
        connect().post("/v1/bookings", {})
    assert scripted.waits == []


def test_what_stays_away_is_given_up_with_its_reason(scripted, connect):
    for _ in range(6):
        scripted.answers(503, {"reason": "UNAVAILABLE"}, retry_after="1")

    with pytest.raises(TandemProblem) as raised:
        connect().get("/v1/me")
    assert raised.value.reason == "UNAVAILABLE"
    assert scripted.script == []


def test_a_silent_server_is_unreachable(scripted, connect):
    for _ in range(6):
        scripted.breaks_off()

    with pytest.raises(Unreachable, match=r"tandem\.test"):
        connect().get("/v1/me")


def test_of_several_addresses_the_next_is_asked_at_once(scripted, connect):
    scripted.breaks_off()
    scripted.answers(201, {"id": "1"})
    scripted.answers(200, {"id": "1"})
    api = connect("http://one.test, http://two.test/")

    api.post("/v1/facts", {"text": "x"})
    api.get("/v1/facts/1")

    urls = [str(request.url) for request in scripted.requests]
    assert urls == ["http://one.test/v1/facts", "http://two.test/v1/facts", "http://two.test/v1/facts/1"]
    assert len({request.headers["idempotency-key"] for request in scripted.requests[:2]}) == 1
    assert scripted.waits == []


def test_a_round_of_silent_addresses_is_waited_out(scripted, connect):
    for _ in range(6):
        scripted.breaks_off()

    with pytest.raises(Unreachable, match=r"(one|two)\.test"):
        connect("http://one.test,http://two.test").get("/v1/me")
    assert len(scripted.waits) == 2


def test_a_change_is_of_the_version_that_was_read(scripted, connect):
    scripted.answers(200, {"id": "7"}, ETag='"4"')

    connect().change("/v1/plans/7:offer", of="/v1/plans/7", version=3)

    assert [request.headers["if-match"] for request in scripted.requests] == ['"3"']


def test_a_change_without_a_version_reads_the_newest(scripted, connect):
    scripted.answers(200, {"id": "7", "version": 5}, ETag='"5"')
    scripted.answers(200, {"id": "7"}, ETag='"6"')

    changed = connect().change("/v1/plans/7:offer", {"a": 1}, of="/v1/plans/7")

    read, write = scripted.requests
    assert (read.method, read.url.path) == ("GET", "/v1/plans/7")
    assert (write.method, write.url.path, write.headers["if-match"]) == ("POST", "/v1/plans/7:offer", '"5"')
    assert json.loads(write.content) == {"a": 1}
    assert changed.etag == '"6"'


def test_a_token_that_has_ended_is_renewed_once(scripted, connect):
    given = iter(["old", "new"])
    scripted.answers(401, {"reason": "TOKEN_EXPIRED"}, WWW_Authenticate='Bearer error="invalid_token"')
    scripted.answers(200, {"name": "x"})

    connect(tokens=ObtainedToken(lambda: (next(given), 300))).get("/v1/me")

    assert [request.headers["authorization"] for request in scripted.requests] == ["Bearer old", "Bearer new"]


def test_a_replayed_answer_says_so(scripted, connect):
    scripted.answers(200, {"id": "1"}, Idempotent_Replayed="true")

    assert connect().post("/v1/facts").replayed


def test_a_list_is_read_to_its_end(scripted, connect):
    scripted.answers(200, {"items": [{"n": 1}, {"n": 2}], "next_page_token": "more"})
    scripted.answers(200, {"items": [{"n": 3}], "next_page_token": None})

    found = [item["n"] for item in connect().items("/v1/people", name="", include_inactive=True)]

    assert found == [1, 2, 3]
    queries = [dict(request.url.params) for request in scripted.requests]
    assert queries == [{"include_inactive": "true"}, {"include_inactive": "true", "page_token": "more"}]


def test_a_list_is_read_no_further_than_needed(scripted, connect):
    scripted.answers(200, {"items": [{"n": 1}, {"n": 2}], "next_page_token": "more"})

    assert [item["n"] for item in connect().items("/v1/people", limit=1)] == [1]


def test_the_language_goes_with_every_request(scripted, connect):
    scripted.answers()
    connect(locale="zh-CN").get("/v1/me")

    assert scripted.requests[0].headers["accept-language"] == "zh-CN"
