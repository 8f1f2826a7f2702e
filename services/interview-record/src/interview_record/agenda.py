"""The agenda of a case: its segments with minutes, purposes and what each side prepares, in both languages."""

from collections.abc import Sequence
from typing import Any

from tandem.interview_record.v1.playbook_rules_pb2 import PlaybookRules, Segment

from interview_record.content.conversations import conversation
from interview_record.storage.interview_tables import InterviewRow

_TITLES = {
    "icebreaker": {"zh_cn": "开场破冰", "en": "Opening"},
    "review": {"zh_cn": "绩效复盘", "en": "Looking at results"},
    "consensus": {"zh_cn": "改进共识", "en": "Agreeing on improvement"},
    "confirmation": {"zh_cn": "总结确认", "en": "Summing up"},
}


def segment_word(segment: int) -> str:
    """Return the segment's word of a contract value."""
    return Segment.Name(Segment.ValueType(segment)).removeprefix("SEGMENT_").lower()


def planned(rules: PlaybookRules) -> list[tuple[str, int]]:
    """Return segments and minutes in their order."""
    return [(segment_word(each.segment), each.minutes) for each in rules.session.segments]


def agenda(row: InterviewRow, rules: PlaybookRules, core_goal: str, directions: Sequence[str]) -> dict[str, Any]:
    """Return the agenda in the JSON form of the contract's Agenda."""
    return {
        "interview_id": str(row.id),
        "timed": rules.session.timed,
        "core_goal": core_goal,
        "directions": list(directions),
        "items": [_item(segment, minutes, row.dimensions["employee_type"]) for segment, minutes in planned(rules)],
    }


def _item(segment: str, minutes: int, employee_type: str) -> dict[str, Any]:
    texts = conversation(employee_type).texts
    zh, en = texts["zh-CN"].segments[segment], texts["en"].segments[segment]
    return {
        "segment": f"SEGMENT_{segment.upper()}",
        "minutes": minutes,
        "title": _TITLES[segment],
        "purpose": {"zh_cn": zh.purpose, "en": en.purpose},
        "employee_prepares": {"zh_cn": "\n".join(zh.employee_prepares), "en": "\n".join(en.employee_prepares)},
        "manager_prepares": {"zh_cn": "\n".join(zh.manager_prepares), "en": "\n".join(en.manager_prepares)},
    }
