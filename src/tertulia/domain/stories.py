"""A story is the thing discussed, known by its URL. Here: its type and the canonical form of a URL."""

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from tertulia.domain.errors import Forbidden, Invalid
from tertulia.domain.ids import SiteId, StoryId

LONGEST_URL: Final = 2000

# Parameters that campaigns and networks add: they name the way a reader came, not another story.
_TRACKING: Final = re.compile(
    r"(utm_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|mc_cid|mc_eid"
    r"|_ga|_gl|_hsenc|_hsmi|mkt_tok|oly_enc_id|oly_anon_id|vero_id|wickedid|s_cid|cmpid|cmp|ito|ncid"
    r"|smid|smtyp|partner|_openstat|pk_.*|mtm_.*|matomo_.*|piwik_.*|ref_src|ref_url|ref|sr_share|share_id"
    r"|wt_zmc|xtor|at_.*|rb_clickid|replytocom)\Z",
    re.IGNORECASE,
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\Z")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class BadUrl(Invalid):
    """A story's URL is not an absolute http(s) URL of at most two thousand characters."""

    code = "bad-url"


class StoryClosed(Forbidden):
    """Nobody may write under this story any more."""

    code = "story-closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One thing discussed. `revision` moves whenever what the public sees of its discussion changes."""

    id: StoryId
    site_id: SiteId
    url: str
    title: str
    section: str
    author: str
    published_at: datetime | None
    closed_at: datetime | None
    revision: int
    comment_count: int
    is_recovered: bool
    """Read from flat text: boundaries and replies are inferred, and readers are told so."""
    language: str

    @property
    def is_open(self) -> bool:
        """Whether comments are taken."""
        return self.closed_at is None


def canonical_url(text: str) -> str:
    """Give the form under which a story is known; raise `BadUrl`.

    Host in lower case and ASCII, no default port, no fragment, no tracking parameters, remaining parameters
    sorted, no trailing slash, percent-encoding made uniform. The scheme stays; `story_key` drops it.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_URL or _CONTROL.search(text):
        raise BadUrl(url=_shown(text))
    try:
        parts = urlsplit(text)
        scheme = parts.scheme.lower()
        if scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
            raise BadUrl(url=_shown(text))
        canonical = (
            f"{scheme}://{_authority(parts.hostname, parts.port, scheme)}{_path(parts)}{_query(parts)}"
        )
    except ValueError:  # a port that is none, half a pair of surrogates, a hundred parameters and more
        raise BadUrl(url=_shown(text)) from None
    if len(canonical) > LONGEST_URL:
        raise BadUrl(url=_shown(text))
    return canonical


def story_key(canonical: str) -> str:
    """Give the key that two addresses of one story share: the canonical URL without its scheme."""
    return canonical.partition("://")[2]


def origin_of(canonical: str) -> str:
    """Give the origin of a canonical URL."""
    scheme, _, rest = canonical.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}"


def _shown(text: str) -> str:
    """Give the beginning of a refused URL in a form that can be written anywhere."""
    return text[:200].encode("utf-8", "replace").decode("utf-8")


def _authority(host: str, port: int | None, scheme: str) -> str:
    """Write host and port; raise `ValueError` for a host that names none."""
    if ":" in host:
        address = IPv6Address(host)
        if address.scope_id is not None:
            raise ValueError("an address with a zone leads elsewhere on every machine")
        ascii_host = f"[{address.compressed}]"
    else:
        ascii_host = host.rstrip(".").encode("idna").decode("ascii").lower()
        if not _HOST.match(ascii_host):
            raise ValueError("no host name")
    return ascii_host if port in (None, _DEFAULT_PORTS[scheme]) else f"{ascii_host}:{port}"


def _path(parts: SplitResult) -> str:
    # `%` stays safe so that what is encoded already is not encoded again.
    return quote(_ESCAPE.sub(_uniform, parts.path), safe="/%:@!$&'()*+,;=~-._").rstrip("/")


def _uniform(escape: re.Match[str]) -> str:
    """Decode an escape of what needs none, write any other in capitals, and escape a lone percent sign."""
    digits = escape.group(1)
    if digits is None:
        return "%25"
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _query(parts: SplitResult) -> str:
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
        if not _TRACKING.match(name)
    )
    return f"?{urlencode(kept)}" if kept else ""
