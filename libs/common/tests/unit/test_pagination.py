from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from common.errors import Invalid
from common.identity import Grant, Identity
from common.pagination import Page, PageTokens, after, page_keys, page_size
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import column, select

NOW = datetime(2026, 10, 12, tzinfo=UTC)
ME = Identity(uuid4(), "person:1", "person", grants=(Grant("hrbp", uuid4()),))
TOKENS = PageTokens(lambda: [b"k" * 32])
KEY = (NOW, date(2026, 1, 2), UUID(int=7), Decimal("1.50"), 3, "张 = \x1f")


def opened(token: str = "", size: int = 2, identity: Identity = ME, now: datetime = NOW, **filters: object) -> Page:
    return TOKENS.open(size, token, identity=identity, now=now, question="ListThings", filters=filters)


def next_token() -> str:
    rows, token = opened(state="open").close([1, 2, 3], lambda row: (row, UUID(int=row)))
    assert rows == [1, 2]
    return token


def test_the_next_page_starts_after_the_last_row_shown() -> None:
    assert opened(next_token(), state="open").start == (2, UUID(int=2))


def test_the_last_page_has_no_next_token() -> None:
    assert opened().close([1, 2], lambda row: (row,)) == ([1, 2], "")


def test_every_kind_of_sort_key_comes_back_as_it_was() -> None:
    assert TOKENS.decode(TOKENS.encode(KEY, b"f", NOW), b"f", NOW) == KEY


def refused(token: str, **change: object) -> None:
    with pytest.raises(Invalid) as error:
        opened(token, **{"state": "open", **change})  # type: ignore[arg-type]
    assert error.value.fields[0].field == "page_token"


def test_a_token_does_not_fit_another_filter() -> None:
    refused(next_token(), state="closed")


def test_a_token_does_not_fit_another_caller_nor_other_grants() -> None:
    refused(next_token(), identity=replace(ME, subject="person:2"))
    refused(next_token(), identity=replace(ME, grants=()))
    refused(next_token(), identity=replace(ME, tenant_id=uuid4()))


def test_a_token_does_not_fit_another_list() -> None:
    with pytest.raises(Invalid):
        TOKENS.open(2, next_token(), identity=ME, now=NOW, question="ListOthers", filters={"state": "open"})


def test_a_token_expires_after_a_day() -> None:
    assert opened(next_token(), now=NOW + timedelta(hours=23), state="open").start
    refused(next_token(), now=NOW + timedelta(hours=24))


@given(st.text(max_size=80))
def test_whatever_is_sent_as_token_is_refused_as_invalid(token: str) -> None:
    if token:
        refused(token)


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_token_changed_anywhere_is_refused(position: int, by: int) -> None:
    token = next_token()
    at = position % len(token)
    changed = token[:at] + chr((ord(token[at]) + by) % 256) + token[at + 1 :]
    if changed != token:
        refused(changed)


def test_a_token_of_another_installation_is_refused() -> None:
    refused(PageTokens(lambda: [b"x" * 32]).encode((1,), b"", NOW))


def test_null_sort_keys_are_a_programming_error() -> None:
    with pytest.raises(TypeError, match="null"):
        TOKENS.encode((None,), b"", NOW)


def test_a_token_for_other_columns_is_refused() -> None:
    with pytest.raises(Invalid):
        opened(next_token(), state="open").apply(select(column("a")), column("a"))


def test_page_sizes_have_a_default_and_a_ceiling() -> None:
    assert [page_size(n) for n in (0, 1, 200, 201)] == [50, 1, 200, 200]
    with pytest.raises(Invalid):
        page_size(-1)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        page_keys("short")


def test_the_condition_reads_as_a_lexicographic_comparison() -> None:
    text = str(after([column("a"), column("b")], (1, 2)).compile(compile_kwargs={"literal_binds": True}))
    assert text == "a > 1 OR a = 1 AND b > 2"
    text = str(after([column("a")], (1,), descending=True).compile(compile_kwargs={"literal_binds": True}))
    assert text == "a < 1"
