"""Playbooks and their rules: every number and switch of the standard."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.common.v1.localized_pb2 import LocalizedText
from tandem.interview_record.v1 import playbook_pb2 as pb
from tandem.interview_record.v1 import playbook_rules_pb2 as rules

from gateway.schemas.contracts import document_of, message_of
from gateway.schemas.fields import moment, optional_id
from gateway.schemas.model import Input, PageQuery, Versioned
from gateway.schemas.tenant import TwoLanguages

Days = Annotated[int, Field(ge=0, le=92)]


class UnansweredBooking(StrEnum):
    """What becomes of a proposed booking that nobody answers."""

    CONFIRM = "confirm"
    EXPIRE = "expire"


class DataSheetScope(StrEnum):
    """How much of the data sheet is shared."""

    COMPLETE = "complete"
    SHORTFALLS_ONLY = "shortfalls_only"


class SelfAnalysisRule(StrEnum):
    """Whether the self-analysis is a step that counts."""

    REQUIRED = "required"
    INVITED = "invited"


class Segment(StrEnum):
    """A segment of the session."""

    ICEBREAKER = "icebreaker"
    REVIEW = "review"
    CONSENSUS = "consensus"
    CONFIRMATION = "confirmation"


class SignatureKind(StrEnum):
    """How identity is proven when signing."""

    FRESH_LOGIN = "fresh_login"
    CONFIRMATION = "confirmation"


class EvaluationBy(StrEnum):
    """Who rates the session."""

    BOTH = "both"
    EMPLOYEE = "employee"


class WaiverBy(StrEnum):
    """Who may waive a step."""

    HRBP = "hrbp"
    MANAGER = "manager"


class NoticeRules(Input):
    """Notice, sharing and the answer to a booking, in working days; a session's length in minutes."""

    notice_days: Days
    sharing_days: Days
    answer_days: Days
    unanswered: UnansweredBooking
    shortest_minutes: int
    longest_minutes: int


class PreparationRules(Input):
    """What is prepared; working days for the HRBP to decide a dispute."""

    data_sheet: DataSheetScope
    self_analysis: SelfAnalysisRule
    dispute_days: Days


class SegmentRule(Input):
    """A heading of the agenda."""

    segment: Segment
    minutes: Annotated[int, Field(ge=0, le=120)]


class SessionRules(Input):
    """The agenda; `timed`: its minutes bind."""

    segments: Annotated[list[SegmentRule], Field(min_length=1, max_length=10)]
    timed: bool


class SigningRules(Input):
    """Signing, in working days; a fresh login in seconds."""

    signature: SignatureKind
    fresh_login_seconds: int
    agree_days: Days
    sign_days: Days
    sign_after_dispute_days: Days
    silence_days: Days
    refusal_decision_days: Days
    archive_days: Days


class FollowUpRules(Input):
    """Check-ins in calendar days, the review in months, everything else in working days."""

    check_in_every_days: Days
    missed_check_ins_until_hrbp: int
    review_after_months: int
    outcome_grace_days: Days
    takeover_days: Days
    blocker_days: Days


class EvaluationRules(Input):
    """Who rates, within how many working days, and from how many on anything is shown."""

    by: EvaluationBy
    evaluate_days: Days
    anonymity_floor: int


class ShortfallRules(Input):
    """What counts as short."""

    below_target_percent: float
    below_mean_percent: float
    below_mean_deviations: float
    falling_periods: int
    smallest_team: int


class PlaybookRules(Input):
    """All that an interview follows; services refuse numbers out of range."""

    notice: NoticeRules
    preparation: PreparationRules
    session: SessionRules
    signing: SigningRules
    follow_up: FollowUpRules
    evaluation: EvaluationRules
    shortfall: ShortfallRules
    waiver_by: WaiverBy
    remind_before_days: Days

    @classmethod
    def of(cls, message: rules.PlaybookRules) -> "PlaybookRules":
        """Return the rules."""
        return cls.model_validate(document_of(message))

    def to_contract(self) -> rules.PlaybookRules:
        """Return the contract's form."""
        return message_of(self.model_dump(), rules.PlaybookRules())


class PlaybookOut(Versioned):
    """A version of the standard that interviews follow."""

    id: UUID
    code: Annotated[str, Field(examples=["standard"])]
    name: TwoLanguages
    built_in: bool
    derived_from_id: UUID | None
    unit_id: Annotated[UUID | None, Field(description="The unit it is meant for; null: the whole tenant.")]
    published_version: Annotated[int, Field(description="0: none yet.")]
    playbook_version: Annotated[int, Field(description="The version that the rules are of.")]
    draft: bool
    rules: PlaybookRules
    published_at: datetime | None
    plan_template_ids: Annotated[list[str], Field(description="Templates that plans may start from; empty: all.")]

    @classmethod
    def of(cls, playbook: pb.Playbook) -> "PlaybookOut":
        """Return the playbook."""
        return cls(
            id=UUID(playbook.id),
            code=playbook.code,
            name=TwoLanguages(zh_cn=playbook.name.zh_cn, en=playbook.name.en),
            built_in=playbook.built_in,
            derived_from_id=optional_id(playbook.derived_from_id),
            unit_id=optional_id(playbook.unit_id),
            published_version=playbook.published_version,
            playbook_version=playbook.playbook_version,
            draft=playbook.draft,
            rules=PlaybookRules.of(playbook.rules),
            published_at=moment(playbook.published_at),
            plan_template_ids=list(playbook.plan_template_ids),
            version=playbook.version,
        )


class PlaybooksQuery(PageQuery):
    """Filters of the list of playbooks."""

    code: Annotated[str, Field(max_length=64)] = ""
    published_only: bool = False


class PlaybookQuery(Input):
    """Which version of a playbook."""

    playbook_version: Annotated[int, Field(ge=0, description="0: the newest, a draft included.")] = 0


class NewPlaybook(Input):
    """A playbook to derive from another."""

    from_playbook_id: UUID
    code: Annotated[str, Field(min_length=1, max_length=64)]
    name: TwoLanguages
    unit_id: UUID | None = None


class PlaybookChanges(Input):
    """What the draft becomes."""

    name: Annotated[TwoLanguages | None, Field(description="Null: stays.")] = None
    rules: PlaybookRules
    plan_template_ids: Annotated[list[UUID], Field(default_factory=list, max_length=200)]

    def name_message(self) -> LocalizedText | None:
        """Return the contract's form of the name, unset where it stays."""
        return self.name.to_contract() if self.name else None
