from collections.abc import Iterator
from itertools import chain, product

import pytest
from common.content import LOCALES, ContentError, Node
from interview_record.content.blanks import blanks, blanks_in, filled
from interview_record.content.conversations import conversation, conversations
from interview_record.content.guides import Guide, GuideText, guide, guides
from interview_record.content.kinds import EMPLOYEE_TYPES, SEGMENTS, SHORTFALL_TYPES, TURNS
from interview_record.content.phrases import SCENARIOS, scenarios

CELLS = list(product(SEGMENTS, EMPLOYEE_TYPES))
OVERLAID = list(product(("review", "consensus"), EMPLOYEE_TYPES, SHORTFALL_TYPES))


def every_guide() -> Iterator[Guide]:
    return chain((guide(*cell) for cell in CELLS), (guide(*cell) for cell in OVERLAID))


def sentences(text: GuideText) -> list[str]:
    return [text.intent, text.bridge, *text.openings, *text.questions, *text.avoid, *text.when_it_turns.values()]


def is_chinese(sentence: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in sentence)


@pytest.mark.parametrize(("segment", "employee_type"), CELLS)
def test_every_cell_says_what_to_open_with_ask_avoid_and_do_when_it_turns(segment: str, employee_type: str) -> None:
    for locale in LOCALES:
        text = guide(segment, employee_type).at(locale)

        assert 2 <= len(text.openings) <= 3
        assert len(text.questions) >= 2
        assert len(text.avoid) >= 2
        assert set(text.when_it_turns) == set(TURNS)
        assert text.intent
        assert text.bridge


def test_cells_of_a_segment_differ_in_intent_and_openings() -> None:
    for segment, locale in product(SEGMENTS, LOCALES):
        texts = [guide(segment, employee_type).at(locale) for employee_type in EMPLOYEE_TYPES]

        assert len({text.intent for text in texts}) == len(EMPLOYEE_TYPES)
        assert len({text.openings for text in texts}) == len(EMPLOYEE_TYPES)


def test_each_language_speaks_only_its_own() -> None:
    for found in every_guide():
        assert all(is_chinese(sentence) for sentence in sentences(found.at("zh-CN")))
        assert not any(is_chinese(sentence) for sentence in sentences(found.at("en")))


def test_a_shortfall_type_adds_to_the_cell_and_takes_nothing_away() -> None:
    for segment, employee_type, shortfall_type in OVERLAID:
        cell, overlaid = guide(segment, employee_type), guide(segment, employee_type, shortfall_type)
        for locale in LOCALES:
            assert set(sentences(cell.at(locale))) < set(sentences(overlaid.at(locale)))
            assert overlaid.at(locale).focus
        assert overlaid.version == f"{cell.version}+1"


def test_a_shortfall_type_changes_nothing_where_the_talk_is_not_about_it() -> None:
    assert guide("icebreaker", "regular", "skill") == guide("icebreaker", "regular")


def test_a_tenants_own_types_read_the_regular_guide() -> None:
    assert guide("review", "seasonal_worker", "own_type") == guide("review", "regular")
    assert conversation("seasonal_worker") == conversation("regular")


def test_every_guide_has_its_own_id() -> None:
    assert len({found.id for found in every_guide()}) == len(CELLS) + len(OVERLAID)
    assert set(guides()) == set(CELLS)


def test_every_blank_has_words_in_both_languages() -> None:
    spoken = [sentence for found in every_guide() for locale in LOCALES for sentence in sentences(found.at(locale))]
    for scenario, locale in product(scenarios().values(), LOCALES):
        spoken += [line for group in scenario.at(locale).groups for line in group.lines]

    assert frozenset().union(*map(blanks_in, spoken)) <= set(blanks())


def test_a_blank_is_filled_from_the_case_and_otherwise_stays_open() -> None:
    assert filled("{metric}: {actual}", "en", {"metric": "conversion"}) == "conversion: [the actual figure]"
    assert filled("{metric} 是 {actual}", "zh-CN", {"actual": "12%"}) == "〔指标〕 是 12%"
    with pytest.raises(ContentError, match="salary"):
        filled("{salary}", "en", {})


def test_a_new_hire_is_never_measured_by_the_team_in_the_review() -> None:
    for locale in LOCALES:
        assert not any("{team_mean}" in sentence for sentence in sentences(guide("review", "new_hire").at(locale)))


def test_all_ten_scenarios_have_lines_to_say_and_to_avoid_in_both_languages() -> None:
    assert len(SCENARIOS) == len(scenarios()) == 10
    for scenario, locale in product(scenarios().values(), LOCALES):
        text = scenario.at(locale)
        spoken = [line for group in text.groups for line in group.lines]

        assert len(text.groups) >= 2
        assert len(spoken) >= 4
        assert text.avoid
        assert all(is_chinese(line) == (locale == "zh-CN") for line in [text.name, text.when, *spoken, *text.avoid])


def test_a_request_can_be_answered_with_yes_and_with_no() -> None:
    for locale in LOCALES:
        assert len(scenarios()["answering_a_request"].at(locale).groups) == 2


def test_every_conversation_prepares_both_sides_for_every_segment() -> None:
    for found, locale in product(conversations().values(), LOCALES):
        text = found.at(locale)

        assert text.tone
        assert len(text.arc) >= 4
        assert set(text.segments) == set(SEGMENTS)
        assert all(part.manager_prepares and part.employee_prepares for part in text.segments.values())


@pytest.mark.parametrize(
    "values", [{"zh-CN": "好"}, {"zh-CN": "好", "en": " "}, {"zh-CN": "好", "en": "ok", "de": "gut"}]
)
def test_a_text_without_both_languages_or_with_a_third_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ContentError, match=r"file\.name"):
        Node("file", {"name": values}).text("name")


def test_the_languages_run_side_by_side_so_that_a_reader_can_switch_in_the_middle() -> None:
    for found in every_guide():
        zh, en = found.at("zh-CN"), found.at("en")
        for zh_lines, en_lines in ((zh.openings, en.openings), (zh.questions, en.questions), (zh.avoid, en.avoid)):
            assert len(zh_lines) == len(en_lines)
            assert [blanks_in(line) for line in zh_lines] == [blanks_in(line) for line in en_lines]
    for scenario in scenarios().values():
        zh_groups, en_groups = scenario.at("zh-CN").groups, scenario.at("en").groups
        assert [len(group.lines) for group in zh_groups] == [len(group.lines) for group in en_groups]
