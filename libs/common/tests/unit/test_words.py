import pytest
from common.words import number, word
from tandem.common.v1 import steps_pb2


def test_every_word_of_an_enum_comes_back_as_its_number() -> None:
    for each in steps_pb2.WaiverReason.values():
        assert number(steps_pb2.WaiverReason, word(steps_pb2.WaiverReason, each)) == each


def test_a_word_is_the_name_without_the_enums_own() -> None:
    assert word(steps_pb2.WaiverReason, steps_pb2.WAIVER_REASON_AGREED_BY_BOTH) == "agreed_by_both"


def test_what_is_not_set_is_the_empty_word() -> None:
    assert word(steps_pb2.Step, steps_pb2.STEP_UNSPECIFIED) == ""
    assert number(steps_pb2.Step, "") == steps_pb2.STEP_UNSPECIFIED


def test_a_word_that_the_enum_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="STEP_DANCED"):
        number(steps_pb2.Step, "danced")
