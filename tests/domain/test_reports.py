"""What a notice needs, and which comment an address means."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain import ids, reports
from tertulia.domain.ids import CommentId
from tertulia.domain.reports import (
    Kind,
    Report,
    ReportDraft,
    ReportId,
    ReportIncomplete,
    ReportTooLong,
    State,
)

WHOLE = ReportDraft(
    url="https://x.example/1",
    kind=Kind.SPEECH,
    words="It calls for violence.",
    name="Ann Rees",
    email="ann@example.org",
    is_in_good_faith=True,
)
OUR = CommentId(123_456_789)
KEY = ids.encode(OUR)
ROOT, ORIGINS = "https://talk.example/gazette", ("https://gazette.example",)


@pytest.mark.parametrize("field", ["url", "kind", "words", "name", "email"])
def test_a_notice_needs(field: str) -> None:
    with pytest.raises(ReportIncomplete) as refused:
        reports.checked(replace(WHOLE, **{field: ""}))

    assert refused.value.parameters == {"field": field}


def test_a_notice_needs_good_faith() -> None:
    with pytest.raises(ReportIncomplete):
        reports.checked(replace(WHOLE, is_in_good_faith=False))


def test_only_about_abuse_of_children_nobody_need_say_who_they_are() -> None:
    unnamed = replace(WHOLE, name="", email="")

    assert reports.checked(replace(unnamed, kind=Kind.CHILD_ABUSE)) is Kind.CHILD_ABUSE
    for kind in set(Kind) - {Kind.CHILD_ABUSE}:
        with pytest.raises(ReportIncomplete):
            reports.checked(replace(unnamed, kind=kind))


@pytest.mark.parametrize(
    ("field", "limit"),
    [("url", reports.LONGEST_ADDRESS), ("words", reports.LONGEST_WORDS), ("law", 500), ("name", 200)],
)
def test_each_field_has_a_limit(field: str, limit: int) -> None:
    assert reports.checked(replace(WHOLE, **{field: "x" * limit})) is Kind.SPEECH
    with pytest.raises(ReportTooLong):
        reports.checked(replace(WHOLE, **{field: "x" * (limit + 1)}))


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        (f"{ROOT}/c/{KEY}", True),
        (f"{ROOT}/c/{KEY}#comment-{KEY}", True),
        (f"{ROOT}/c/{KEY}/flag?lang=de", True),
        (f"{ROOT}/s/0000000000001#comment-{KEY}", True),
        (f"https://gazette.example/harbour?a=b#comment-{KEY}", True),
        (f"HTTPS://GAZETTE.example/harbour#comment-{KEY}", True),
        (f"https://evil.example/harbour#comment-{KEY}", False),
        (f"https://evil.example/gazette/c/{KEY}", False),
        (f"https://talk.example/gazette2/c/{KEY}", False),
        (f"https://gazette.example/c/{KEY}", False),
        (f"{ROOT}/c/{KEY}0", False),
        (f"{ROOT}/c/zzzzzzzzzzzzz", False),
        ("https://[", False),
        ("", False),
        (KEY, False),
        ("javascript:alert(1)", False),
    ],
)
def test_which_comment_an_address_means(url: str, is_ours: bool) -> None:
    assert reports.comment_at(url, root=ROOT, origins=ORIGINS) == (OUR if is_ours else None)


@given(st.text(max_size=80))
def test_no_address_breaks_it(text: str) -> None:
    for url in (text, f"{ROOT}/c/{text}", f"{ORIGINS[0]}/#comment-{text}", f"https://{text}"):
        reports.comment_at(url, root=ROOT, origins=ORIGINS)


def test_a_case_number_has_the_year_of_its_receipt() -> None:
    report = Report(
        id=ReportId(1), number=17, comment_id=None, url="", kind=Kind.OTHER, law="", words="", name="",
        email="", language="", created_at=datetime(2026, 12, 31, tzinfo=UTC), state=State.RECEIVED,
    )  # fmt: skip

    assert report.case == "2026-17"
