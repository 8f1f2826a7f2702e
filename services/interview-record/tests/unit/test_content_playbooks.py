from copy import deepcopy

import pytest
from common.content import ContentError
from interview_record.content.playbooks import built_in_document, built_in_playbooks, parse_playbook
from interview_record.content.records import merged

STANDARD = built_in_playbooks()["standard"]
LIGHT = built_in_playbooks()["light"]


def test_the_standard_agenda_is_five_fifteen_twenty_ten() -> None:
    minutes = {segment.segment: segment.minutes for segment in STANDARD.agenda.segments}

    assert minutes == {"icebreaker": 5, "review": 15, "consensus": 20, "confirmation": 10}
    assert STANDARD.agenda.minutes == 50


def test_the_light_agenda_keeps_the_headings_and_drops_the_clock() -> None:
    assert [s.segment for s in LIGHT.agenda.segments] == [s.segment for s in STANDARD.agenda.segments]
    assert LIGHT.agenda.minutes is None


def test_light_differs_from_standard_in_what_the_domain_says_and_in_nothing_else() -> None:
    assert (STANDARD.preparation.notice_working_days, LIGHT.preparation.notice_working_days) == (3, 1)
    assert (STANDARD.preparation.self_analysis, LIGHT.preparation.self_analysis) == ("required", "invited")
    assert (STANDARD.preparation.data_sheet, LIGHT.preparation.data_sheet) == ("complete", "shortfalls")
    assert (STANDARD.signing.proof, LIGHT.signing.proof) == ("fresh_login", "confirmation")
    assert (STANDARD.archive_working_days, LIGHT.archive_working_days) == (1, 3)
    assert (STANDARD.follow_up.check_in_days, LIGHT.follow_up.check_in_days) == (7, 14)
    assert (STANDARD.evaluation.by, LIGHT.evaluation.by) == (("employee", "manager"), ("employee",))
    assert (STANDARD.waiver_by, LIGHT.waiver_by) == ("hrbp", "manager")
    assert STANDARD.shortfalls == LIGHT.shortfalls
    assert STANDARD.booking == LIGHT.booking
    assert STANDARD.plan_templates == LIGHT.plan_templates


def test_a_new_hire_gets_two_to_three_weeks_and_a_role_change_thirty_sixty_ninety_days() -> None:
    new_hire, role_change = STANDARD.usual_plan["new_hire"], STANDARD.usual_plan["role_change"]

    assert (new_hire.from_days, new_hire.to_days) == (14, 21)
    assert role_change.milestone_days == (30, 60, 90)


def test_a_derived_playbook_changes_one_number_and_keeps_the_rest() -> None:
    changes = {"id": "own", "archive": {"working_days": 2}}
    derived = parse_playbook(merged(built_in_document("standard"), changes))

    assert derived.archive_working_days == 2
    assert derived.preparation == STANDARD.preparation


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("follow_up", "check_in_days"), 0, "check_in_days"),
        (("follow_up", "chek_in_days"), 7, "chek_in_days"),
        (("signing", "proof"), "handshake", "proof"),
        (("name", "en"), "", "name.en"),
        (("booking", "longest_minutes"), 45, "agenda"),
        (("evaluation", "by"), ["neighbour"], "by"),
        (("evaluation", "satisfied_from"), 6, "evaluation"),
    ],
)
def test_a_playbook_that_cannot_work_is_refused_and_the_entry_named(
    path: tuple[str, str], value: object, named: str
) -> None:
    document = deepcopy(dict(built_in_document("standard")))
    document[path[0]][path[1]] = value

    with pytest.raises(ContentError, match=named):
        parse_playbook(document)


def test_a_playbook_with_a_rule_missing_is_refused() -> None:
    document = {key: value for key, value in built_in_document("light").items() if key != "signing"}

    with pytest.raises(ContentError, match="signing"):
        parse_playbook(document)
