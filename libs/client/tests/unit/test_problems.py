"""What the API's refusals become."""

import httpx2
from tandem_client.problems import FieldProblem, problem_of


def test_a_problem_keeps_every_part_of_its_document():
    document = {
        "type": "urn:tandem:problem:plan-incomplete",
        "title": "当前状态不允许此操作",
        "status": 409,
        "reason": "PLAN_INCOMPLETE",
        "detail": "计划尚不完整。",
        "trace_id": "abc",
        "errors": [{"pointer": "/goals/0/measures", "reason": "NO_MEASURE", "detail": "缺少改进措施。"}],
        "facts": {"goals": "1"},
    }
    problem = problem_of(httpx2.Response(409, json=document))

    assert (problem.status, problem.reason, problem.detail) == (409, "PLAN_INCOMPLETE", "计划尚不完整。")
    assert (problem.title, problem.trace_id) == ("当前状态不允许此操作", "abc")
    assert problem.fields == (FieldProblem("/goals/0/measures", "NO_MEASURE", "缺少改进措施。"),)
    assert problem.facts == {"goals": "1"}


def test_an_answer_that_is_no_problem_document_keeps_its_status():
    problem = problem_of(httpx2.Response(502, text="<html>bad gateway</html>"))

    assert (problem.status, problem.reason) == (502, "HTTP_502")


def test_a_challenge_tells_that_a_fresh_login_is_needed():
    challenge = 'Bearer realm="tandem", error="insufficient_user_authentication", max_age="300"'
    problem = problem_of(httpx2.Response(401, json={}, headers={"WWW-Authenticate": challenge}))

    assert problem.needs_fresh_login
    assert problem.challenge["max_age"] == "300"
