from uuid import uuid4

import pytest
from common.ids import new_id, stable_id
from common.steps import Step, step_id


def test_new_ids_are_version_7_and_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(1000)]
    assert {one.version for one in ids} == {7}
    assert ids == sorted(ids)


def test_a_stable_id_depends_on_where_its_parts_end() -> None:
    assert stable_id("a", "bc") == stable_id("a", "bc")
    assert stable_id("a", "bc") != stable_id("ab", "c")


def test_a_stable_id_refuses_parts_that_could_be_confused() -> None:
    with pytest.raises(ValueError, match="separator"):
        stable_id("a\x1fb")
    with pytest.raises(ValueError, match="parts"):
        stable_id()


def test_steps_are_numbered_as_the_process_is() -> None:
    assert [step.number for step in Step] == [*range(1, 13), None]
    assert Step.CHECKED_IN.number == 10


def test_occurrences_of_a_step_have_ids_of_their_own() -> None:
    interview = uuid4()
    ids = {step_id(interview, Step.CHECKED_IN, n) for n in range(1, 5)}
    assert len(ids) == 4
    assert step_id(interview, "checked_in", 1) in ids
    with pytest.raises(ValueError, match="held_up"):
        step_id(interview, "held_up")
