"""Canonical URLs: one story, however its address was decorated."""

import string
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.stories import LONGEST_URL, BadUrl, canonical_url, origin_of, story_key

PLAIN = "https://gazette.example/harbour/ferry"


@pytest.mark.parametrize(
    "url",
    [
        f"{PLAIN}/",
        f"{PLAIN}///",
        f"{PLAIN}#comments",
        f"{PLAIN}?",
        f"{PLAIN}/?utm_source=x&UTM_Medium=y",
        f"{PLAIN}?fbclid=1&gclid=2&mc_eid=3&ref=home",
        "HTTPS://Gazette.Example/harbour/ferry",
        "https://gazette.example:443/harbour/ferry",
        "https://gazette.example:00443/harbour/ferry",
        "https://gazette.example./harbour/ferry",
        "https://gazette.example/%68arbour/f%65rry",
        f"  {PLAIN}\n",
    ],
)
def test_decorations_make_no_second_story(url):
    assert canonical_url(url) == PLAIN


@pytest.mark.parametrize(
    "url",
    [
        f"{PLAIN}?page=2",
        f"{PLAIN}/comments",
        "https://gazette.example:8443/harbour/ferry",
        "https://www.gazette.example/harbour/ferry",
        "https://gazette.example/Harbour/ferry",
        "https://gazette.example/harbour%2Fferry",
        "https://gazette.example/harbour//ferry",
    ],
)
def test_other_addresses_are_other_stories(url):
    assert canonical_url(url) != PLAIN


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://x.example?b=2&a=1&a=0", "http://x.example?a=0&a=1&b=2"),
        ("http://x.example/?q=a+b&e=", "http://x.example?e=&q=a+b"),
        ("http://x.example/é", "http://x.example/%C3%A9"),
        ("http://x.example/%c3%a9", "http://x.example/%C3%A9"),
        ("http://x.example/100%", "http://x.example/100%25"),
        ("http://x.example/a;v=1,2", "http://x.example/a;v=1,2"),
        ("http://bücher.example/", "http://xn--bcher-kva.example"),
        ("http://BÜCHER.example", "http://xn--bcher-kva.example"),
        ("http://[::0001]:80/a", "http://[::1]/a"),
        ("http://127.0.0.1:8000/a/", "http://127.0.0.1:8000/a"),
    ],
)
def test_the_form_is_uniform(url, canonical):
    assert canonical_url(url) == canonical


def test_scheme_makes_no_second_story():
    assert story_key(canonical_url("http://x.example/a")) == story_key(canonical_url("https://x.example/a"))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://x.example", "https://x.example"),
        ("https://x.example?a=b", "https://x.example"),
        ("https://x.example:444/a/b?c=http://y.example/", "https://x.example:444"),
    ],
)
def test_origin_is_scheme_host_and_port(url, origin):
    assert origin_of(canonical_url(url)) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "/harbour/ferry",
        "gazette.example/harbour",
        "//gazette.example/a",
        "javascript:alert(1)",
        "ftp://x.example/",
        "http://",
        "http:///a",
        "http://user@x.example/",
        "http://@x.example/",
        "http://x.example:99999/",
        "http://x.example:a/",
        "http://x.example\\@evil.example/",
        "http://a b.example/",
        "http://x.example/a b",
        "http://x.example/\x00",
        "http://x..example/",
        "http://.../",
        "http://-x.example/",
        "http://x.example<script>/",
        "http://x'.example/",
        "http://[::1/",
        "http://[::1%25eth0]/",
        "http://[zz]/",
        "http://" + "a" * 64 + ".example/",
        "http://x.example/\ud800",
        "http://x.example/?a=\udfff",
        "http://℀.example/",
        "http://x.example/?" + "&".join(f"p{number}=1" for number in range(101)),
        "http://x.example/" + "a" * LONGEST_URL,
        "http://x.example/" + "é" * (LONGEST_URL // 4),
    ],
)
def test_what_is_no_story_address_is_refused(url):
    with pytest.raises(BadUrl) as refusal:
        canonical_url(url)

    str(refusal.value.parameters["url"]).encode()


awkward = st.text(
    st.one_of(
        st.sampled_from("/?#&=%;:@[].+~ -_25eE"), st.characters(), st.sampled_from(string.ascii_letters)
    ),
    max_size=40,
)


@given(st.one_of(awkward, awkward.map(lambda rest: f"https://gazette.example{rest}")))
def test_the_canonical_form_is_its_own_canonical_form(text):
    try:
        canonical = canonical_url(text)
    except BadUrl:
        return

    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert len(canonical) <= LONGEST_URL


paths = st.text(st.sampled_from(string.ascii_letters + "/-é%20"), max_size=20)
parameters = st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=5)), max_size=4)


@given(paths, parameters, st.randoms())
def test_decorating_an_address_changes_nothing(path, chosen, random):
    plain = f"https://gazette.example/{path}?{urlencode(chosen)}"
    added = [*chosen, ("utm_campaign", "x"), ("fbclid", "y")]
    random.shuffle(added)

    decorated = f"HTTPS://gazette.example:443/{path}?{urlencode(added)}#here"

    assert canonical_url(decorated) == canonical_url(plain)
