"""A playbook's rules between the contract and JSON: the same fields, enums as words."""

from gateway.schemas.contracts import document_of, message_of
from gateway.schemas.playbooks import PlaybookRules, Segment, WaiverBy
from tandem.interview_record.v1 import playbook_rules_pb2 as pb


def light() -> pb.PlaybookRules:
    return pb.PlaybookRules(
        notice=pb.NoticeRules(notice_days=1, unanswered=pb.UNANSWERED_BOOKING_CONFIRM, longest_minutes=60),
        preparation=pb.PreparationRules(
            data_sheet=pb.DATA_SHEET_SCOPE_SHORTFALLS_ONLY, self_analysis=pb.SELF_ANALYSIS_RULE_INVITED
        ),
        session=pb.SessionRules(segments=[pb.SegmentRule(segment=pb.SEGMENT_REVIEW)], timed=False),
        signing=pb.SigningRules(signature=pb.SIGNATURE_KIND_CONFIRMATION),
        follow_up=pb.FollowUpRules(check_in_every_days=14),
        evaluation=pb.EvaluationRules(by=pb.EVALUATION_BY_EMPLOYEE),
        shortfall=pb.ShortfallRules(below_target_percent=7.5),
        waiver_by=pb.WAIVER_BY_MANAGER,
    )


def test_rules_read_as_words_and_numbers_zero_included() -> None:
    rules = PlaybookRules.of(light())
    assert (rules.waiver_by, rules.session.segments[0].segment) == (WaiverBy.MANAGER, Segment.REVIEW)
    assert (rules.session.timed, rules.notice.sharing_days, rules.shortfall.below_target_percent) == (False, 0, 7.5)


def test_rules_come_back_as_they_went() -> None:
    assert PlaybookRules.of(light()).to_contract() == light()
    assert message_of(document_of(light()), pb.PlaybookRules()) == light()
