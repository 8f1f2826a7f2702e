import re
from datetime import UTC, datetime
from itertools import product

import pytest
from common.content import ContentError
from notification.content.messages import (
    calendar_description,
    calendar_summary,
    message_templates,
    placeholders_of,
    render_message,
)
from notification.content.moments import day_text, moment_text
from notification.content.steps import step_names
from tandem.common.v1.steps_pb2 import Step

LOCALES = ("zh-CN", "en")
TELLING = re.compile(
    r"绩效|改进|面谈|短板|计划|评估|复盘|考核|不足|差距|签"
    r"|perform|improv|interview|shortfall|plan\b|review|evaluat|rating|apprais|kpi|goal|gap|sign\b(?! in\b)|warning",
    re.IGNORECASE,
)
JUDGING = re.compile(r"绩效|短板|改进|待改进|不达标|考核|perform|shortfall|improvement|underachiev|kpi", re.IGNORECASE)
PROCESS = {
    *("interview_opened_manager", "interview_opened_employee", "interview_needs_manager", "interview_cancelled"),
    *("booking_invitation", "booking_confirmed", "booking_moved", "booking_cancelled", "booking_declined"),
    *("booking_expired", "booking_missed", "briefing_shared", "briefing_corrected", "self_analysis_reminder"),
    *("session_reminder_employee", "session_reminder_manager", "plan_to_sign", "plan_signed", "plan_refused"),
    *("plan_decision_needed", "archived", "check_in_due", "check_in_missed", "check_ins_missed_in_a_row"),
    *("blocker_raised", "blocker_deadline_near", "blocker_escalated", "review_due", "evaluation_due"),
    *("takeover_needed", "dispute_opened", "dispute_decided", "step_waived"),
}


def rendered(key: str, locale: str) -> str:
    values = {name: f"<{name}>" for name in message_templates()[key].placeholders}
    return render_message(key, locale, values).body


def test_every_moment_of_the_process_has_its_message() -> None:
    assert set(message_templates()) >= PROCESS


def test_every_role_of_the_process_is_written_to() -> None:
    roles = {role for template in message_templates().values() for role in template.to}

    assert roles == {"employee", "manager", "owner", "hrbp"}


def test_subjects_previews_and_calendar_say_nothing_about_performance() -> None:
    for template in message_templates().values():
        for text in (template.subject, template.preview):
            assert not TELLING.search(f"{text.zh} {text.en}")
            assert placeholders_of(text.zh) == placeholders_of(text.en) == frozenset()
            assert "\n" not in text.zh + text.en
    assert not TELLING.search(f"{calendar_summary().zh} {calendar_summary().en}")


def test_bodies_judge_nobody() -> None:
    for template in message_templates().values():
        assert not JUDGING.search(f"{template.body.zh} {template.body.en}")


@pytest.mark.parametrize(("key", "locale"), list(product(message_templates(), LOCALES)))
def test_every_message_shows_each_of_its_values_and_ends_with_the_link(key: str, locale: str) -> None:
    body = rendered(key, locale)

    assert all(f"<{name}>" in body for name in message_templates()[key].placeholders)
    assert body.endswith("<link>")


def test_each_language_speaks_only_its_own() -> None:
    for key in message_templates():
        assert not re.search(r"[\u4e00-\u9fff]", rendered(key, "en"))
        assert re.search(r"[\u4e00-\u9fff]", rendered(key, "zh-CN"))


def test_a_placeholder_without_a_value_is_named_and_nothing_is_sent() -> None:
    with pytest.raises(ContentError, match="due_at"):
        render_message("check_in_due", "en", {"recipient_name": "A", "link": "L", "employee_name": "B"})


def test_a_booking_without_a_place_leaves_it_out() -> None:
    values = dict.fromkeys(message_templates()["booking_confirmed"].placeholders, "x") | {"place": ""}

    assert "地点" not in render_message("booking_confirmed", "zh-CN", values).body
    assert ", at" not in render_message("booking_confirmed", "en", values).body


def test_a_name_with_markup_is_sent_as_it_is_written() -> None:
    values = dict.fromkeys(message_templates()["plan_signed"].placeholders, "x")

    body = render_message("plan_signed", "en", values | {"counterpart_name": "O'Neil {{ link }} & Co"}).body
    assert "O'Neil {{ link }} & Co" in body


def test_a_body_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(ContentError, match="line 1"):
        placeholders_of("{{ due_at }")


def test_the_calendar_entry_carries_the_link_and_no_names() -> None:
    for locale in LOCALES:
        assert calendar_description(locale, "https://x/1").endswith("https://x/1")


def test_every_step_of_the_contract_has_a_name() -> None:
    assert set(step_names()) == {
        name.removeprefix("STEP_").lower() for name in Step.DESCRIPTOR.values_by_name if name != "STEP_UNSPECIFIED"
    }


def test_times_are_written_in_the_readers_zone_and_language() -> None:
    moment = datetime(2026, 10, 12, 6, 0, tzinfo=UTC)

    assert moment_text(moment, "Asia/Shanghai", "zh-CN") == "2026年10月12日（周一）14:00 (UTC+08:00)"
    assert moment_text(moment, "America/St_Johns", "en") == "Mon 12 October 2026, 03:30 (UTC-02:30)"
    assert day_text(datetime(2026, 10, 12, 20, 0, tzinfo=UTC), "Asia/Shanghai", "en") == "Tue 13 October 2026"
