"""A whole loop in English under another calendar: from a shortfall to an achieved plan, closed and counted."""

from devstack.testing import StackUnderTest

from tests.loops import achieve_in_english
from tests.plans import rows


def test_a_loop_in_english_is_compliant_and_achieved(stack: StackUnderTest) -> None:
    case = achieve_in_english(stack)
    world = case.world

    assert {row[1] for row in rows(case).values()} == {"met"}
    verdict = case.ledger()
    assert (verdict["counts"], verdict["compliant"]) == (True, True)
    ratio = world.hr.get("/v1/compliance")["ratio"]
    assert (ratio["part"], ratio["whole"]) == (1, 1)
    [covered] = world.hr.all("/v1/coverage/people", covered=True)
    assert covered["person"]["id"] == world.id("employee")
