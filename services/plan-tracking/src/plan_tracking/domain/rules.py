"""The numbers of the playbook that plan-tracking works by; an interview keeps those it began with."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class PlanRules:
    """Days are working days unless named otherwise; see PlaybookRules of interview-record."""

    fresh_login: bool
    fresh_login_seconds: int
    agree_days: int
    sign_days: int
    sign_after_dispute_days: int
    silence_days: int
    refusal_decision_days: int
    check_in_every_days: int
    missed_check_ins_until_hrbp: int
    review_after_months: int
    outcome_grace_days: int
    takeover_days: int
    blocker_days: int
    manager_may_waive: bool

    def as_json(self) -> dict[str, Any]:
        """Return the rules as they are stored beside the interview."""
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "PlanRules":
        """Read stored rules."""
        return cls(**stored)
