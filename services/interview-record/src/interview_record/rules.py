"""The rules of a playbook as the contract states them: from the built-in content, from and to what is stored."""

from functools import cache
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from tandem.interview_record.v1 import playbook_rules_pb2 as pb

from interview_record.content.playbooks import Playbook, built_in_playbooks
from interview_record.domain.shortfalls import Thresholds

# Under its own name, for those who may not import contracts.
PlaybookRules = pb.PlaybookRules


def stored_rules(rules: pb.PlaybookRules) -> dict[str, Any]:
    """Return the rules as they are stored; `read_rules` gives them back."""
    return MessageToDict(rules, preserving_proto_field_name=True)


def read_rules(stored: dict[str, Any]) -> pb.PlaybookRules:
    """Return the rules of a stored version; fields added since are at their zero."""
    return ParseDict(stored, pb.PlaybookRules(), ignore_unknown_fields=True)


def thresholds(rules: pb.PlaybookRules) -> Thresholds:
    """Return what counts as short under the playbook."""
    short = rules.shortfall
    return Thresholds(
        below_target_percent=short.below_target_percent,
        below_mean_percent=short.below_mean_percent,
        below_mean_deviations=short.below_mean_deviations,
        falling_periods=short.falling_periods,
        smallest_team=short.smallest_team,
    )


@cache
def built_in_rules(code: str) -> pb.PlaybookRules:
    """Return the rules of `standard` or `light`."""
    playbook = built_in_playbooks()[code]
    return pb.PlaybookRules(
        notice=_notice(playbook),
        preparation=_preparation(playbook),
        session=_session(playbook),
        signing=_signing(playbook),
        follow_up=_follow_up(playbook),
        evaluation=_evaluation(playbook),
        shortfall=_shortfall(playbook),
        waiver_by=pb.WAIVER_BY_MANAGER if playbook.waiver_by == "manager" else pb.WAIVER_BY_HRBP,
        remind_before_days=playbook.follow_up.remind_working_days,
    )


def _notice(playbook: Playbook) -> pb.NoticeRules:
    booking, days = playbook.booking, playbook.preparation.notice_working_days
    confirm = booking.unanswered_becomes == "confirmed"
    return pb.NoticeRules(
        notice_days=days,
        sharing_days=days,
        answer_days=booking.unanswered_working_days,
        unanswered=pb.UNANSWERED_BOOKING_CONFIRM if confirm else pb.UNANSWERED_BOOKING_EXPIRE,
        shortest_minutes=booking.shortest_minutes,
        longest_minutes=booking.longest_minutes,
    )


def _preparation(playbook: Playbook) -> pb.PreparationRules:
    preparation = playbook.preparation
    complete, required = preparation.data_sheet == "complete", preparation.self_analysis == "required"
    return pb.PreparationRules(
        data_sheet=pb.DATA_SHEET_SCOPE_COMPLETE if complete else pb.DATA_SHEET_SCOPE_SHORTFALLS_ONLY,
        self_analysis=pb.SELF_ANALYSIS_RULE_REQUIRED if required else pb.SELF_ANALYSIS_RULE_INVITED,
        dispute_days=preparation.dispute_decision_working_days,
    )


def _session(playbook: Playbook) -> pb.SessionRules:
    segments = [
        pb.SegmentRule(segment=pb.Segment.Value(f"SEGMENT_{each.segment.upper()}"), minutes=each.minutes or 0)
        for each in playbook.agenda.segments
    ]
    return pb.SessionRules(segments=segments, timed=playbook.agenda.timing == "timed")


def _signing(playbook: Playbook) -> pb.SigningRules:
    signing = playbook.signing
    fresh = signing.proof == "fresh_login"
    return pb.SigningRules(
        signature=pb.SIGNATURE_KIND_FRESH_LOGIN if fresh else pb.SIGNATURE_KIND_CONFIRMATION,
        fresh_login_seconds=signing.fresh_login_seconds,
        agree_days=signing.agreed_working_days,
        sign_days=signing.signed_working_days,
        sign_after_dispute_days=signing.after_dispute_working_days,
        silence_days=signing.silence_recorded_working_days,
        refusal_decision_days=signing.decision_working_days,
        archive_days=playbook.archive_working_days,
    )


def _follow_up(playbook: Playbook) -> pb.FollowUpRules:
    follow_up = playbook.follow_up
    return pb.FollowUpRules(
        check_in_every_days=follow_up.check_in_days,
        missed_check_ins_until_hrbp=follow_up.missed_in_a_row_to_hrbp,
        review_after_months=follow_up.review_months,
        outcome_grace_days=follow_up.final_review_overdue_working_days,
        takeover_days=follow_up.takeover_working_days,
        blocker_days=follow_up.blocker_working_days,
    )


def _evaluation(playbook: Playbook) -> pb.EvaluationRules:
    evaluation = playbook.evaluation
    both = set(evaluation.by) == {"employee", "manager"}
    return pb.EvaluationRules(
        by=pb.EVALUATION_BY_BOTH if both else pb.EVALUATION_BY_EMPLOYEE,
        evaluate_days=evaluation.working_days,
        anonymity_floor=evaluation.shown_from,
    )


def _shortfall(playbook: Playbook) -> pb.ShortfallRules:
    short = playbook.shortfalls
    return pb.ShortfallRules(
        below_target_percent=short.below_target_percent,
        below_mean_percent=short.below_mean_percent,
        below_mean_deviations=short.below_mean_deviations,
        falling_periods=short.falling_periods,
        smallest_team=short.smallest_team,
    )
