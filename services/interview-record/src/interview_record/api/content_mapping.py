"""Guides, phrases and forms from the content into the contract; blanks are filled, or stay visibly open."""

from collections.abc import Mapping, Sequence
from typing import Any

from common.content import Text
from tandem.common.v1.localized_pb2 import LocalizedText
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import guide_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment

from interview_record.content.blanks import filled
from interview_record.content.forms import Form, FormField
from interview_record.content.guides import Guide
from interview_record.content.phrases import Scenario
from interview_record.events import enum_value

# Values for blanks by language and name.
Blanks = Mapping[str, Mapping[str, str]]
NO_VALUES: Blanks = {"zh-CN": {}, "en": {}}


def case_blanks(sheet: Mapping[str, Any]) -> Blanks:
    """Return what the data sheet knows of the blanks: the figures of its first shortfall's KPI."""
    metrics = [each["metric_code"] for each in sheet["shortfalls"]]
    found = [each for each in sheet["kpis"] if each["result"]["metric_code"] in metrics[:1]]
    if not found:
        return NO_VALUES
    kpi = found[-1]
    figures = {
        "actual": kpi["result"]["actual"],
        "target": kpi["result"]["target"],
        "team_mean": kpi.get("team_mean", ""),
        "trend": " → ".join(kpi["trend"]) if len(kpi["trend"]) > 1 else "",
    }
    known = {name: value for name, value in figures.items() if value}
    name = kpi["metric_name"]
    return {"zh-CN": {**known, "metric": name["zh_cn"]}, "en": {**known, "metric": name["en"]}}


def guide_message(guide: Guide, blanks: Blanks = NO_VALUES) -> pb.Guide:
    """Return a guide in both languages."""
    zh, en = guide.texts["zh-CN"], guide.texts["en"]
    message = pb.Guide(
        id=guide.id,
        segment=enum_value(Segment, "SEGMENT", guide.segment),
        employee_type=enum_value(directory.EmployeeType, "EMPLOYEE_TYPE", guide.employee_type),
        shortfall_type=guide.shortfall_type or "",
        intent=_pair(zh.intent, en.intent, blanks),
        openings=_pairs(zh.openings, en.openings, blanks),
        questions=_pairs(zh.questions, en.questions, blanks),
        avoid=_pairs(zh.avoid, en.avoid, blanks),
        turns=[
            pb.GuideTurn(turn=turn, text=_pair(text, en.when_it_turns[turn], blanks))
            for turn, text in zh.when_it_turns.items()
        ],
        transition=_pair(zh.bridge, en.bridge, blanks),
        guide_version=guide.version,
    )
    if zh.focus and en.focus:
        message.focus.CopyFrom(_pair(zh.focus, en.focus, blanks))
    return message


def phrase_messages(scenario: Scenario) -> list[pb.Phrase]:
    """Return a scenario's phrases, one message per group."""
    zh, en = scenario.texts["zh-CN"], scenario.texts["en"]
    return [
        pb.Phrase(
            id=f"{scenario.id}.{number}",
            scenario=scenario.id,
            title=_pair(group.title, other.title, NO_VALUES),
            phrases=_pairs(group.lines, other.lines, NO_VALUES),
            scenario_name=_pair(zh.name, en.name, NO_VALUES),
            when=_pair(zh.when, en.when, NO_VALUES),
            avoid=_pairs(zh.avoid, en.avoid, NO_VALUES),
        )
        for number, (group, other) in enumerate(zip(zh.groups, en.groups, strict=True), start=1)
    ]


def form_message(form: Form) -> pb.Form:
    """Return a form with its sections and fields."""
    sections = [
        pb.FormSection(
            key=section.id,
            title=_text(section.title),
            fields=[_field(each) for each in section.fields],
            repeats=section.repeats,
            complete_only=section.detail == "complete",
        )
        for section in form.sections
    ]
    return pb.Form(
        code=form.id,
        title=_text(form.name),
        sections=sections,
        purpose=_text(form.purpose),
        form_version=form.version,
    )


def _field(field: FormField) -> pb.FormField:
    return pb.FormField(
        key=field.id,
        label=_text(field.label),
        hint=_text(field.help),
        kind=field.kind,
        required=field.required,
        filled_by=field.filled_by,
        counts_as=field.counts_as or "",
    )


def _text(text: Text) -> LocalizedText:
    return LocalizedText(zh_cn=text.zh, en=text.en)


def _pair(zh: str, en: str, blanks: Blanks) -> LocalizedText:
    return LocalizedText(zh_cn=filled(zh, "zh-CN", blanks["zh-CN"]), en=filled(en, "en", blanks["en"]))


def _pairs(zh: Sequence[str], en: Sequence[str], blanks: Blanks) -> list[LocalizedText]:
    """Pair sentence by sentence; the languages may say a thing in a different number of sentences."""
    length = max(len(zh), len(en))
    return [_pair(zh[at] if at < len(zh) else "", en[at] if at < len(en) else "", blanks) for at in range(length)]
