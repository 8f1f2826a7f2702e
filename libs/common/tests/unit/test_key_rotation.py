"""Keys that change under a running process: the new one is used, the old one holds as long as it is listed."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from common.errors import Invalid, Unauthenticated
from common.identity import Identity, TokenMint, TokenVerifier
from common.pagination import PageTokens
from common.sealed import KeyFile, MasterKeys, SealBroken
from common.secret import DEVELOPMENT_MARK
from common.signer import open_signer_name, seal_signer_name
from common.signing_key import SigningKey, new_signing_pem
from joserfc import jws

NOW = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
IDENTITY = Identity(uuid4(), "person:1", "person")


class Keys:
    """A signing key and a trust file in a folder."""

    def __init__(self, folder: Path) -> None:
        self.signing, self.trust = folder / "key.pem", folder / "trust.jwks"

    def sign_with(self, pem: str) -> None:
        self.signing.write_text(pem)

    def trust_in(self, pems: Sequence[str]) -> None:
        keys = [SigningKey.of_pem("gateway", pem).public for pem in pems]
        self.trust.write_text(json.dumps({"keys": keys}))


def test_a_signing_key_is_replaced_while_calls_go_on(tmp_path: Path) -> None:
    keys, old, new = Keys(tmp_path), new_signing_pem(), new_signing_pem()
    keys.sign_with(old)
    keys.trust_in([old])
    mint, verifier = TokenMint.load("gateway", keys.signing), TokenVerifier(keys.trust)
    before = mint.mint(IDENTITY, NOW)
    verifier.verify(before, NOW)

    keys.trust_in([old, new])
    keys.sign_with(new)
    after = mint.mint(IDENTITY, NOW)
    for token in (before, after):
        assert verifier.verify(token, NOW) == IDENTITY
    kids = [jws.extract_compact(token.encode()).protected["kid"] for token in (before, after)]
    assert kids == [SigningKey.of_pem("gateway", pem).kid for pem in (old, new)]

    keys.trust_in([new])
    assert verifier.verify(after, NOW + timedelta(seconds=1)) == IDENTITY
    # Verified before, and still not expired: gone with its key all the same.
    with pytest.raises(Unauthenticated):
        verifier.verify(before, NOW + timedelta(seconds=1))


def test_a_key_made_for_development_shows_it_in_its_id(tmp_path: Path) -> None:
    marked, plain = new_signing_pem(development=True), new_signing_pem()
    assert SigningKey.of_pem("gateway", marked).kid.startswith(f"gateway:{DEVELOPMENT_MARK}-")
    assert DEVELOPMENT_MARK in json.dumps(SigningKey.of_pem("gateway", marked).public)
    assert DEVELOPMENT_MARK not in SigningKey.of_pem("gateway", plain).kid
    keys = Keys(tmp_path)
    keys.sign_with(marked)
    keys.trust_in([marked])
    token = TokenMint.load("gateway", keys.signing).mint(IDENTITY, NOW)
    assert TokenVerifier(keys.trust).verify(token, NOW) == IDENTITY


def test_a_page_token_outlives_the_key_it_was_made_with_as_long_as_that_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "page.key"
    path.write_text("a" * 32 + "\n")
    tokens = PageTokens.load(path)
    old = tokens.encode((1,), b"list", NOW)

    path.write_text("b" * 32 + "\n" + "a" * 32 + "\n")
    new = tokens.encode((2,), b"list", NOW)
    assert [tokens.decode(each, b"list", NOW) for each in (old, new)] == [(1,), (2,)]

    path.write_text("b" * 32 + "\n")
    assert tokens.decode(new, b"list", NOW) == (2,)
    with pytest.raises(Invalid):
        tokens.decode(old, b"list", NOW)


def test_a_replica_that_lists_the_next_key_second_reads_the_tokens_of_one_that_uses_it(tmp_path: Path) -> None:
    slow, quick = tmp_path / "slow.key", tmp_path / "quick.key"
    slow.write_text("a" * 32 + "\n" + "b" * 32)
    quick.write_text("b" * 32 + "\n" + "a" * 32)
    token = PageTokens.load(quick).encode((1,), b"list", NOW)
    assert PageTokens.load(slow).decode(token, b"list", NOW) == (1,)


def test_a_new_master_key_wraps_from_now_on_and_the_old_still_opens(tmp_path: Path) -> None:
    def write(current: str, **keys: bytes) -> None:
        encoded = {kid: base64.b64encode(key).decode() for kid, key in keys.items()}
        (tmp_path / "master.json").write_text(json.dumps({"current": current, "keys": encoded}))

    tenant, person = uuid4(), uuid4()
    write("one", one=b"m" * 32)
    held = MasterKeys.load(tmp_path / "master.json")
    key, wrapped = held.new_key(tenant, person)

    write("two", one=b"m" * 32, two=b"n" * 32)
    assert held.current == "two"
    assert held.unwrap(tenant, person, wrapped) == key
    again = held.rewrap(tenant, person, wrapped)
    assert again is not None
    write("two", two=b"n" * 32)
    assert MasterKeys.load(tmp_path / "master.json").unwrap(tenant, person, again) == key


def test_a_master_key_file_without_its_current_key_leaves_the_old_one_in_force(tmp_path: Path) -> None:
    path = tmp_path / "master.json"
    path.write_text(json.dumps({"current": "one", "keys": {"one": base64.b64encode(b"m" * 32).decode()}}))
    held = MasterKeys.load(path)
    path.write_text(json.dumps({"current": "two", "keys": {}}))
    assert held.current == "one"


def test_a_signers_name_opens_whether_the_gateway_or_the_service_has_the_new_master_key_first() -> None:
    old, new = KeyFile("1", {"1": b"m" * 32, "2": b"n" * 32}), KeyFile("2", {"1": b"m" * 32, "2": b"n" * 32})
    tenant, person = uuid4(), uuid4()
    for sends, opens in ((old, new), (new, old)):
        name = seal_signer_name(MasterKeys(sends), tenant, person, "李雷")
        signer = Identity(tenant, f"person:{person}", "person", person_id=person, signer_name=name)
        assert open_signer_name(MasterKeys(opens), signer) == "李雷"
    strange = MasterKeys(KeyFile("3", {"3": b"x" * 32}))
    with pytest.raises(SealBroken):
        open_signer_name(strange, signer)
