"""Keys and origins of sites."""

import pytest

from tertulia.domain.sites import BadOrigin, BadSiteKey, check_key, normal_origin


@pytest.mark.parametrize("key", ["a", "gazette", "the-gazette-2", "9", "x" * 40])
def test_a_plain_key_stands_in_addresses(key):
    assert check_key(key) == key


@pytest.mark.parametrize(
    "key", ["", "-a", "Gazette", "a_b", "a/b", "é", "x" * 41, "a\n", "api", "static", "healthz"]
)
def test_a_key_that_cannot_stand_in_addresses_is_refused(key):
    with pytest.raises(BadSiteKey):
        check_key(key)


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://x.example", "https://x.example"),
        (" HTTPS://X.example/ ", "https://x.example"),
        ("https://x.example:443", "https://x.example"),
        ("http://x.example:0080", "http://x.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(typed, origin):
    assert normal_origin(typed) == origin


NO_ORIGINS = ["", "x.example", "https://", "*", "null", "https://*.example", "ftp://x.example"]
TOO_MUCH = ["https://x.example/a", "https://x.example?a", "https://a@x.example", "https://x.example:0"]


@pytest.mark.parametrize("typed", [*NO_ORIGINS, *TOO_MUCH, "https://x.example:65536"])
def test_what_is_no_origin_is_refused(typed):
    with pytest.raises(BadOrigin):
        normal_origin(typed)
