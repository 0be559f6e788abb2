"""Which notices somebody wants: read and written, whatever a later version kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain import notices
from tertulia.domain.notices import DEFAULTS, FIELDS, BadNotice, Channel, NoticeKind


def test_who_never_chose_is_told_of_their_own_words_only() -> None:
    assert {kind for kind, channels in notices.read(None).items() if channels} == {
        NoticeKind.REPLY,
        NoticeKind.DECISION,
    }


@given(st.sets(st.sampled_from(sorted(FIELDS))))
def test_what_was_ticked_is_what_is_read_again(ticked: set[str]) -> None:
    wanted = notices.read(notices.write(notices.chosen(ticked)))

    assert {field for field, (kind, channel) in FIELDS.items() if channel in wanted[kind]} == ticked


def test_a_box_that_is_not_there_is_refused() -> None:
    for wrong in ("reply", "reply-pigeon", "digest-email ", ""):
        with pytest.raises(BadNotice):
            notices.chosen([wrong])


def test_a_kind_that_came_later_has_its_default_and_what_is_gone_is_passed_over() -> None:
    kept = {"digest": ["email", "pigeon"], "horoscope": ["email"]}

    assert notices.read(kept) == {**DEFAULTS, NoticeKind.DIGEST: (Channel.EMAIL,)}
