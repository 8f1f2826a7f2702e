import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from common.errors import Forbidden, FreshLoginRequired
from common.identity import Identity
from common.ids import new_id
from plan_tracking.domain.consent import consent_text
from plan_tracking.domain.rules import PlanRules
from plan_tracking.domain.signing import (
    Act,
    SignatureRecord,
    SignerRole,
    StandingTooOld,
    record_hash,
    require_person,
    require_proof,
    require_standing,
)

NOW = datetime(2026, 10, 13, 1, 30, tzinfo=UTC)
RULES = PlanRules(True, 300, 2, 2, 2, 1, 3, 7, 2, 1, 5, 5, 5, False)
SIGNER = Identity(new_id(), "person:1", "person", person_id=new_id(), acr="mfa", auth_time=NOW, standing_checked_at=NOW)


def record(previous: bytes = b"\0" * 32) -> SignatureRecord:
    text, locale = consent_text(Act.SIGNED, SignerRole.EMPLOYEE, "zh-CN")
    return SignatureRecord(
        plan_id=new_id(),
        revision=1,
        amendment=0,
        content_hash=b"\x01" * 32,
        act=Act.SIGNED,
        role=SignerRole.EMPLOYEE,
        person_id=new_id(),
        signer_name="韩梅梅",
        tenant_id=new_id(),
        issuer="https://idp",
        issuer_subject="s-1",
        acr="mfa",
        auth_time=NOW,
        signed_at=NOW,
        recorded_at=NOW,
        consent_text=text,
        consent_locale=locale,
        statement_commitment=b"",
        previous=previous,
    )


@pytest.mark.parametrize(("age", "accepted"), [(0, True), (300, True), (301, False), (-31, False)])
def test_a_login_is_fresh_for_as_long_as_the_playbook_says(age: int, accepted: bool) -> None:
    identity = replace(SIGNER, auth_time=NOW - timedelta(seconds=age))
    if accepted:
        require_proof(identity, RULES, NOW)
        return
    with pytest.raises(FreshLoginRequired):
        require_proof(identity, RULES, NOW)


@pytest.mark.parametrize("acr", ["", "0"])
def test_a_login_without_assurance_is_no_proof(acr: str) -> None:
    with pytest.raises(FreshLoginRequired):
        require_proof(replace(SIGNER, acr=acr), RULES, NOW)
    require_proof(replace(SIGNER, acr=acr, auth_time=None), replace(RULES, fresh_login=False), NOW)


def test_a_standing_is_believed_for_ten_seconds() -> None:
    require_standing(replace(SIGNER, standing_checked_at=NOW - timedelta(seconds=10)), NOW)
    for checked in (None, NOW - timedelta(seconds=12)):
        with pytest.raises(StandingTooOld):
            require_standing(replace(SIGNER, standing_checked_at=checked), NOW)


def test_neither_machine_nor_service_signs() -> None:
    for kind in ("machine", "service"):
        with pytest.raises(Forbidden):
            require_person(Identity(new_id(), "x", kind, person_id=new_id()), "plan.sign")
    assert require_person(SIGNER, "plan.sign") == SIGNER.person_id


def test_a_record_names_the_one_before_and_no_byte_of_it_can_change_unseen() -> None:
    first = record().canonical()
    second = record(record_hash(first)).canonical()
    assert json.loads(second)["previous_sha256"] == record_hash(first).hex()
    assert record_hash(first.replace("韩".encode(), "李".encode())) != record_hash(first)


def test_a_record_keeps_the_words_that_were_shown_and_their_language() -> None:
    shown = json.loads(record().canonical())
    assert shown["consent_locale"] == "zh-CN"
    assert shown["consent_text"].startswith("我已阅读")
    assert shown["name"] == "韩梅梅"


def test_every_signed_act_has_its_words_in_both_languages() -> None:
    acts = [
        (Act.SIGNED, SignerRole.EMPLOYEE),
        (Act.SIGNED, SignerRole.MANAGER),
        (Act.REFUSED, SignerRole.EMPLOYEE),
        (Act.SILENCE_RECORDED, SignerRole.MANAGER),
        (Act.WITNESSED, SignerRole.WITNESS),
        (Act.DECIDED, SignerRole.HR),
        (Act.ACKNOWLEDGED, SignerRole.EMPLOYEE),
    ]
    for act, role in acts:
        assert {consent_text(act, role, locale)[1] for locale in ("zh-TW", "fr")} == {"zh-CN", "en"}
