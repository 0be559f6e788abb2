"""Notices links: too many, one by an author whom the site does not know yet, and domains that a site blocks."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from tertulia.domain.moderation import Finding, Screening

# What is matched is never given back: the time is that of the text's length.
_NAMED: Final = re.compile(r"[^\W_](?:[\w-]{0,62})(?:\.[\w-]{1,63})++")
_SPELT: Final = re.compile(
    r"\s{0,3}+[\[({<]\s{0,3}+(?:dot|punkt|\.)\s{0,3}+[\])}>]\s{0,3}+|\s{1,3}+(?:dot|punkt)\s{1,3}+"
)
LONGEST_FOUND: Final = 100


class Links:
    """Finds `many-links` (limit, count), `first-link` (written) and `blocked-domain` (domain)."""

    name = "links"

    def screen(self, screening: Screening) -> list[Finding]:
        """Look at all links, the same one twice counting twice; those to allowed domains count for nothing."""
        policy = screening.policy
        found = list(_blocked(screening)) if policy.blocked_domains else []
        links = screening.links
        if links and policy.allowed_domains:
            allowed = _domains(policy.allowed_domains)
            links = tuple(link for link in links if not _within(_domain_of(link), allowed))
        if len(links) > policy.most_links:
            found.append(_finding("many-links", limit=policy.most_links, count=len(links)))
        author = screening.author
        if links and author.comment_count < policy.link_free_comments and not author.is_trusted:
            found.append(_finding("first-link", written=author.comment_count))
        return found


def _finding(code: str, **parameters: str | int) -> Finding:
    return Finding(code=code, parameters=parameters)


def _blocked(screening: Screening) -> Iterator[Finding]:
    """Find blocked domains, in links and where a text names one, with or without a scheme."""
    blocked = _domains(screening.policy.blocked_domains)
    linked = [_domain_of(link) for link in screening.links]
    named = [found[0] for found in _NAMED.finditer(_unfolded(screening.text))]
    met = (_within(_ascii(each), blocked) for each in (*linked, *named))
    for domain in dict.fromkeys(filter(None, met)):
        yield _finding("blocked-domain", domain=domain[:LONGEST_FOUND])


def _within(domain: str, of: frozenset[str]) -> str:
    """Give which of these a domain is, or is below of; empty for none."""
    labels = domain.split(".")
    return next((each for at in range(len(labels)) if (each := ".".join(labels[at:])) in of), "")


def _domain_of(link: str) -> str:
    try:
        return _ascii(urlsplit(link).hostname or "")
    except ValueError:
        return ""


def _unfolded(text: str) -> str:
    """Give a text as one that hides an address had meant it: dots that are spelt out, characters that are not seen."""
    if not text.isascii():
        seen = unicodedata.normalize("NFKC", text).replace("。", ".")
        text = "".join(each for each in seen if unicodedata.category(each) != "Cf")
    return _SPELT.sub(".", text.lower())


@lru_cache(maxsize=1024)
def _ascii(domain: str) -> str:
    """Give a domain as the network asks for it."""
    shown = domain.strip(".").lower()
    if shown.isascii():
        return shown
    try:
        return shown.encode("idna").decode("ascii")
    except UnicodeError:
        return shown


@lru_cache(maxsize=64)
def _domains(listed: Sequence[str]) -> frozenset[str]:
    return frozenset(_ascii(each.removeprefix("*.")) for each in listed)


def make(_settings: Mapping[str, object]) -> Links:
    """Make the rule; its limits and lists are the site's policy."""
    return Links()
