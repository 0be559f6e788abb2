"""Forms as browsers and programs send them."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from tertulia.web.call import MOST_FIELDS, Call, Unreadable, sent
from tertulia.web.composing import CommentSent

NAMES = ("body", "name", "key", "lang", "reconsidered")


def read(body: bytes) -> dict[str, str]:
    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "headers": headers})
    fields = sent(Call(parts=None, request=request, body=body), CommentSent)  # type: ignore[arg-type]
    return {name: getattr(fields, name) for name in NAMES}


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
odds = st.sampled_from(["body", "name", "=", "&", "+", "%", "%2", "%41", "%C3%A9", "%00", "a", "é", ";"])


@given(st.dictionaries(st.sampled_from(NAMES), words))
def test_what_a_browser_sends_is_what_was_typed(fields):
    assert read(urlencode(fields).encode()) == dict.fromkeys(NAMES, "") | fields


@given(st.lists(odds, max_size=30).map("".join))
def test_a_strange_form_is_read_as_the_standard_library_reads_it(body):
    try:
        theirs = dict(parse_qsl(body, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        # Such as `%ab`: no character begins so.
        with pytest.raises(Unreadable):
            read(body.encode())
        return

    assert read(body.encode()) == {name: theirs.get(name, "").replace("\0", "") for name in NAMES}


@pytest.mark.parametrize("body", [b"body=%ff", b"body=\xff", b"name=%c3(", b"&" * MOST_FIELDS])
def test_a_form_that_is_none_is_refused(body):
    with pytest.raises(Unreadable):
        read(body)
