import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from common.sealed import DataKey, KeyDestroyed, KeyFile, MasterKeys, SealBroken
from hypothesis import given
from hypothesis import strategies as st

TENANT, PERSON, ROW = uuid4(), uuid4(), uuid4()
KEYS = MasterKeys(KeyFile("1", {"1": b"m" * 32}))
KEY, WRAPPED = KEYS.new_key(TENANT, PERSON)
SECRET = "目标：每周提升 5 %"


def sealed() -> bytes:
    return KEY.seal("goal", "text", ROW, SECRET)


@given(st.text())
def test_whatever_is_sealed_comes_back(text: str) -> None:
    assert KEY.unseal("goal", "text", ROW, KEY.seal("goal", "text", ROW, text)) == text


def test_the_same_text_never_seals_alike() -> None:
    assert sealed() != sealed()


@pytest.mark.parametrize(
    ("table", "column", "row"), [("plan", "text", ROW), ("goal", "note", ROW), ("goal", "text", uuid4())]
)
def test_a_sealed_text_opens_only_in_its_place(table: str, column: str, row: UUID) -> None:
    with pytest.raises(SealBroken):
        KEY.unseal(table, column, row, sealed())


def test_a_sealed_text_of_another_tenant_does_not_open() -> None:
    elsewhere = DataKey(uuid4(), KEY.secret)
    with pytest.raises(SealBroken):
        elsewhere.unseal("goal", "text", ROW, sealed())


@given(st.integers(0, 1000), st.integers(1, 255))
def test_one_changed_byte_anywhere_breaks_the_seal(position: int, by: int) -> None:
    broken = bytearray(sealed())
    broken[position % len(broken)] ^= by
    with pytest.raises(SealBroken):
        KEY.unseal("goal", "text", ROW, bytes(broken))


@given(st.binary(max_size=60))
def test_bytes_that_were_never_sealed_are_refused(anything: bytes) -> None:
    with pytest.raises(SealBroken):
        KEY.unseal("goal", "text", ROW, anything)
    with pytest.raises(SealBroken):
        KEYS.unwrap(TENANT, PERSON, anything)


def test_a_wrapped_key_opens_in_a_process_that_has_never_seen_it() -> None:
    fresh = MasterKeys(KeyFile("1", {"1": b"m" * 32}))
    assert fresh.unwrap(TENANT, PERSON, WRAPPED).unseal("goal", "text", ROW, sealed()) == SECRET


def test_a_wrapped_key_is_bound_to_its_person_and_tenant() -> None:
    for tenant, person in ((TENANT, uuid4()), (uuid4(), PERSON)):
        with pytest.raises(SealBroken):
            KEYS.unwrap(tenant, person, WRAPPED)


def test_a_destroyed_key_is_gone_even_where_it_was_cached() -> None:
    KEYS.unwrap(TENANT, PERSON, WRAPPED)
    with pytest.raises(KeyDestroyed):
        KEYS.unwrap(TENANT, PERSON, None)


def test_a_text_sealed_by_a_persons_earlier_key_does_not_open_with_a_new_one() -> None:
    other, _ = KEYS.new_key(TENANT, PERSON)
    with pytest.raises(SealBroken):
        other.unseal("goal", "text", ROW, sealed())


def test_the_master_key_is_replaced_without_touching_sealed_texts() -> None:
    rotated = MasterKeys(KeyFile("2", {"1": b"m" * 32, "2": b"n" * 32}))
    again = rotated.rewrap(TENANT, PERSON, WRAPPED)
    assert again is not None
    assert rotated.rewrap(TENANT, PERSON, again) is None
    only_new = MasterKeys(KeyFile("2", {"2": b"n" * 32}))
    assert only_new.unwrap(TENANT, PERSON, again).unseal("goal", "text", ROW, sealed()) == SECRET
    with pytest.raises(SealBroken):
        only_new.unwrap(TENANT, PERSON, WRAPPED)


def test_commitments_differ_by_person_and_say_nothing_without_the_key() -> None:
    other, _ = KEYS.new_key(TENANT, uuid4())
    assert KEY.commitment(SECRET) == KEY.commitment(SECRET)
    assert len({KEY.commitment(SECRET), other.commitment(SECRET), KEY.commitment(SECRET + ".")}) == 3


def test_tenants_have_keys_of_their_own() -> None:
    assert KEYS.tenant_key(TENANT) == KEYS.tenant_key(TENANT)
    assert KEYS.tenant_key(TENANT).secret != KEYS.tenant_key(uuid4()).secret


def test_what_a_tenants_key_sealed_before_a_rotation_opens_with_one_of_its_keys() -> None:
    rotated = MasterKeys(KeyFile("2", {"1": b"m" * 32, "2": b"n" * 32}))
    assert KEYS.tenant_key(TENANT) in rotated.tenant_keys(TENANT)
    assert rotated.tenant_key(TENANT) != KEYS.tenant_key(TENANT)


def test_keys_do_not_show_in_their_text_form() -> None:
    for shown in (repr(KEY), repr(KeyFile("1", {"1": b"m" * 32}))):
        assert "secret" not in shown
        assert "mmm" not in shown


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "master.json"
    KeyFile.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert MasterKeys.load(path).current == "1"
    with pytest.raises(FileExistsError):
        KeyFile.create(path)


@pytest.mark.parametrize("content", [{"current": "2", "keys": {}}, {"current": "1", "keys": {"1": "c2hvcnQ="}}])
def test_a_key_file_that_could_not_seal_is_refused(tmp_path: Path, content: object) -> None:
    path = tmp_path / "master.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="32 bytes"):
        KeyFile.parse(path.read_text())
