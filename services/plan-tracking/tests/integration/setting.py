"""Where and by which rules the cases of these tests play."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from common.workdays import WorkCalendar
from tandem.interview_record.v1 import playbook_rules_pb2 as playbook
from tandem.scheduling.v1 import facts_pb2 as calendars

SHANGHAI = ZoneInfo("Asia/Shanghai")
# China, autumn 2026: National Day with its substituted working day.
FREE = {date(2026, 10, day) for day in range(1, 8)}
SUBSTITUTED = {date(2026, 10, 10)}


def at(day: str, time: str = "09:00") -> datetime:
    """The moment of a wall time in Shanghai, 2026: at("10-12", "14:50")."""
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def china(**closing: int) -> calendars.CalendarFacts:
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(730)]
    working = [day for day in days if day in SUBSTITUTED or (day.weekday() < 5 and day not in FREE)]
    calendar = WorkCalendar.of_days(working, days[0], days[-1])
    return calendars.CalendarFacts(
        calendar_id="0190a0a0-0000-7000-8000-000000000001",
        code="CN",
        calendar_version=1,
        years=[calendars.CalendarYear(year=year, working_days=calendar.year_bitmap(year)) for year in (2026, 2027)],
        hours=calendars.WorkingHours(opens_at_minute=540, closes_at_minute=closing.get("closes", 1080)),
    )


def standard_rules(**signing: Any) -> playbook.PlaybookRules:
    return playbook.PlaybookRules(
        signing=playbook.SigningRules(
            **{
                "signature": playbook.SIGNATURE_KIND_FRESH_LOGIN,
                "fresh_login_seconds": 300,
                "agree_days": 2,
                "sign_days": 2,
                "sign_after_dispute_days": 2,
                "silence_days": 1,
                "refusal_decision_days": 3,
                "archive_days": 1,
                **signing,
            }
        ),
        follow_up=playbook.FollowUpRules(
            check_in_every_days=7,
            missed_check_ins_until_hrbp=2,
            review_after_months=1,
            outcome_grace_days=5,
            takeover_days=5,
            blocker_days=5,
        ),
        waiver_by=playbook.WAIVER_BY_HRBP,
    )
