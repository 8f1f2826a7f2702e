import pytest
from plan_tracking.content.wording import wording_findings, wordings

BLAMING = [
    ("你的态度不端正，需要改。", "zh.judged_attitude"),
    ("请端正态度", "zh.judged_attitude"),
    ("他缺乏责任心。", "zh.judged_responsibility"),
    ("上班偷懒", "zh.judged_effort"),
    ("工作粗心大意，改错三次", "zh.judged_care"),
    ("能力太差，不适合这个岗位", "zh.judged_ability"),
    ("拖了团队的后腿", "zh.burden"),
    ("这次延期都怪你", "zh.fault"),
    ("对客户敷衍，总是找借口", "zh.evasion"),
    ("他老是迟到", "zh.always_never"),
    ("你从不回复邮件", "zh.always_never"),
    ("性格孤僻，不合群", "zh.character"),
    ("月底前完成，否则辞退", "zh.threat"),
    ("He has a bad attitude towards customers.", "en.judged_attitude"),
    ("She is lazy.", "en.judged_effort"),
    ("Careless with figures, three errors in May", "en.judged_care"),
    ("Incompetent at closing deals", "en.judged_ability"),
    ("The delay was your fault", "en.fault"),
    ("The employee repeatedly failed to reply", "en.failed"),
    ("You never answer on time", "en.always_never"),
    ("A difficult person in meetings", "en.character"),
    ("Reach the target or else.", "en.threat"),
]
VAGUE = [
    ("尽快完成报告", "zh.soon"),
    ("尽量少出错", "zh.try"),
    ("适当增加拜访", "zh.as_appropriate"),
    ("加强与销售部的沟通", "zh.strengthen"),
    ("提高工作效率", "zh.raise"),
    ("多沟通，多总结", "zh.more_of_it"),
    ("转化率有所提高", "zh.somewhat"),
    ("定期汇报", "zh.regularly"),
    ("及时回复客户", "zh.regularly"),
    ("基本完成交接", "zh.roughly"),
    ("Finish the report ASAP.", "en.soon"),
    ("Try your best with new leads", "en.try"),
    ("Escalate where appropriate", "en.as_appropriate"),
    ("Improve communication with the team", "en.strengthen"),
    ("Be more proactive in meetings", "en.more_of_it"),
    ("Reduce errors significantly", "en.somewhat"),
    ("Update the board regularly", "en.regularly"),
    ("Handle tickets, calls etc.", "en.roughly"),
]
GOOD = [
    "有效线索转化率从 12% 提高到 13.2%，11 月 13 日前",
    "每条线索每周至少跟进三次，并记下客户的原话",
    "收到请求后 24 小时内及时回复",
    "尽快提交，最晚 10 月 20 日",
    "每周三和交付组加强沟通，碰头二十分钟",
    "从不同客户那里收集五条反馈",
    "与团队平均的能力差距缩小一半",
    "首页图片改为懒加载，打开时间降到两秒",
    "请很多学习过课程的同事分享一次",
    "整理三份能力差异对比表",
    "不责怪他人，先写下出错的步骤",
    "水平差异由导师评估一次",
    "Raise conversion of qualified leads from 12 % to 13.2 % by 13 November",
    "Follow up each lead at least three times a week and note the customer's own words",
    "Reply promptly: within 24 hours of each request",
    "Improve communication with the delivery team by meeting every Wednesday",
    "Load images lazily; lazy loading brings the page to two seconds",
    "Write a fault report for every stop",
    "Cut rework significantly, from 9 to 6 defects per project",
    "Two builds failed to start in May; add a check before each",
    "Check the address and, if it is wrong, look elsewhere.",
    "Attend the course on inverse problems and build version 1.2 with a reviewer",
    "Ask the customer what they always wanted to change",
]


@pytest.mark.parametrize(("sentence", "wording_id"), BLAMING)
def test_blame_is_found(sentence: str, wording_id: str) -> None:
    found = {finding.wording.id: finding.wording.kind for finding in wording_findings(sentence)}

    assert found.get(wording_id) == "blaming"


@pytest.mark.parametrize(("sentence", "wording_id"), VAGUE)
def test_vagueness_is_found(sentence: str, wording_id: str) -> None:
    found = {finding.wording.id: finding.wording.kind for finding in wording_findings(sentence)}

    assert found.get(wording_id) == "vague"


@pytest.mark.parametrize("sentence", GOOD)
def test_a_concrete_sentence_is_left_alone(sentence: str) -> None:
    assert [finding.words for finding in wording_findings(sentence)] == []


def test_every_wording_is_shown_by_an_example() -> None:
    assert {wording.id for wording in wordings()} == {wording_id for _, wording_id in BLAMING + VAGUE}


def test_a_figure_excuses_only_the_sentence_it_stands_in() -> None:
    findings = wording_findings("每周汇报 1 次。尽快完成交接。")

    assert [(finding.words, finding.wording.id) for finding in findings] == [("尽快", "zh.soon")]


def test_no_figure_excuses_blame() -> None:
    assert wording_findings("5 月他总是迟到")[0].wording.kind == "blaming"


def test_a_finding_points_at_its_words() -> None:
    text = "Meet on Tuesday. Try harder, 请尽快完成。"

    assert [text[finding.start : finding.end] for finding in wording_findings(text)] == ["Try harder", "尽快"]


def test_every_wording_says_why_and_what_to_write_in_both_languages() -> None:
    for wording in wordings():
        assert wording.why.zh != wording.why.en
        assert wording.suggestion.zh != wording.suggestion.en
