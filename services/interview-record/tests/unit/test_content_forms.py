from interview_record.content.forms import FORMS, forms, score_fields
from interview_record.content.kinds import SEGMENTS
from interview_record.content.playbooks import built_in_playbooks


def fields_of(form_id: str) -> dict[str, str]:
    return {
        f"{section.id}.{field.id}": field.filled_by for section in forms()[form_id].sections for field in section.fields
    }


def test_every_field_is_named_and_explained_in_both_languages() -> None:
    assert set(forms()) == set(FORMS)
    for form in forms().values():
        for field in (field for section in form.sections for field in section.fields):
            assert field.label.zh != field.label.en
            assert field.help.zh != field.help.en


def test_the_data_sheet_shows_its_sum_and_lets_the_employee_dispute_a_fact() -> None:
    fields = fields_of("data_sheet")

    assert fields["shortfalls.sum"] == "system"
    assert fields["shortfalls.acceptance"] == "manager"
    assert fields["disputes.reason"] == "employee"
    assert fields["disputes.outcome"] == "hrbp"


def test_a_light_data_sheet_keeps_shortfalls_and_disputes_and_drops_the_rest() -> None:
    sheet = forms()["data_sheet"]
    detail = {name: playbook.preparation.data_sheet for name, playbook in built_in_playbooks().items()}

    light = [section.id for section in sheet.at_detail(detail["light"])]
    assert light == ["person", "shortfalls", "disputes"]
    assert sheet.at_detail(detail["standard"]) == sheet.sections


def test_a_plan_asks_for_everything_that_makes_it_measurable() -> None:
    plan = forms()["improvement_plan"]
    required = {
        section_id: {field.id for field in plan.section(section_id).fields if field.required}
        for section_id in ("goals", "measures")
    }

    assert required["goals"] == {"statement", "metric", "baseline", "target", "due_on"}
    assert required["measures"] == {"goal", "action", "owner", "cadence", "due_on"}
    assert not plan.section("statement").fields[0].required


def test_each_side_rates_four_questions_of_content_and_one_of_preparation() -> None:
    for side in ("employee", "manager"):
        assert len(score_fields(side, "content")) == 4
        assert len(score_fields(side, "preparation")) == 1
        assert {field.filled_by for field in forms()["effect_evaluation"].section(side).fields} == {side}


def test_the_agenda_names_every_segment_in_its_help() -> None:
    fields = {field.id: field for field in forms()["agenda"].section("segments").fields}
    named = fields["segment"].help.en.lower()

    assert all(segment in named for segment in SEGMENTS)
