"""A site's versioned choices: limits and permissions an editor sets, with their defaults.

Operator's settings (addresses, databases) are elsewhere: `settings`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RESERVED_NAMES: Final = (
    *("admin", "administrator", "editor", "editors", "moderation", "moderator", "moderators", "newsroom"),
    *("staff", "support", "system", "webmaster"),
    *("administration", "administratorin", "chefredakteur", "chefredakteurin", "chefredaktion"),
    *("herausgeber", "herausgeberin", "moderatorin", "redakteur", "redakteurin", "redaktion"),
    *("إدارة", "الإدارة", "المحرر", "المحررة", "المشرف", "المشرفة", "رئيس التحرير", "فريق التحرير"),
    *("محرر", "محررة", "مدير الموقع", "مشرف", "مشرفة", "هيئة التحرير"),
)
"""What people who work for a publication are called, in the languages of our texts."""


SLUG: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
"""What a way to sign in can be called: it stands in addresses."""
WAYS_IN: Final = ("email", "password", "passkey")
"""Ways to sign in of this server's own; beside them stand the names of a site's providers."""


MOST_DAYS: Final = 3_650
"""The longest that something which is kept for a time only may be kept."""


MOST_FIRST: Final = 10
"""The most first comments of an author that may wait: so many are counted with every comment."""
OUTCOMES: Final = (
    *("many-links hold", "first-link hold", "blocked-domain reject", "new-author hold"),
    *("banned-phrase reject", "suspect-phrase hold", "shouting nudge", "burst hold"),
    *("near-repeat hold", "disposable-mail hold", "other-language nudge"),
)
"""What findings of the shipped rules lead to; those that are limits of their own always refuse."""
MOST: Final[Mapping[str, int]] = {
    "networks_kept_days": MOST_DAYS,
    "reports_kept_days": MOST_DAYS,
    "traces_kept_days": MOST_DAYS,
    "hold_mail_after_hours": 720,
    "first_held": MOST_FIRST,
    "link_free_comments": MOST_FIRST,
    "appeal_days": MOST_DAYS,
    "appeal_answer_days": 365,
}
"""The largest values of choices whose numbers are times, or are counted with every comment."""


NO_CHOICES: Final = frozenset({"version", "phrases_edition"})
"""What a version of a policy says and nobody chooses."""


class GuestPolicy(StrEnum):
    """Whether people may write without an account."""

    ALLOWED = "allowed"
    REFUSED = "refused"


class LogPolicy(StrEnum):
    """Who may read the log of decisions."""

    OFF = "off"
    STAFF = "staff"
    PUBLIC = "public"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """All choices of one site. Times are in seconds, lengths in characters."""

    version: int = 1
    guests: GuestPolicy = GuestPolicy.ALLOWED
    ways_in: tuple[str, ...] = ("email", "passkey")
    """Ways to sign in, in the order in which they are offered: `email`, `password`, `passkey`, names of providers."""
    staff_need_second: bool = False
    """Whether staff come to the desk with a passkey or a second factor only."""
    is_read_only: bool = False
    hold_first: bool = False
    longest_comment: int = 10_000
    longest_name: int = 60
    reserved_names: tuple[str, ...] = RESERVED_NAMES
    """Words that only staff may have in their names; the site's own name and key are always kept."""
    names_per_month: int = 3
    """How often an account may change its name within thirty days; 0 means without limit."""
    most_links: int = 5
    comments_per_minute: int = 6
    deepest_reply: int = 0
    """Levels of replies; 0 means without limit."""
    avatars: bool = True
    """Whether a small picture, drawn from their ids, stands beside the names of authors."""
    author_pages: bool = False
    """Whether each author with an account, or of an import, has a public page with their comments."""
    edit_seconds: int = 300
    statements: bool = True
    """Whether authors are told the reasons of each restriction."""
    statements_by_mail: bool = True
    hold_mail_after_hours: int = 24
    """How long a new comment waits before its author is told so by mail."""
    spam_untold: bool = True
    """Whether authors of advertising are not told what a program removed."""
    appeals: bool = True
    """Whether authors can appeal against what they were told."""
    appeal_days: int = 183
    """How long they can."""
    appeal_answer_days: int = 14
    """Within how many days an appeal is to be decided; the desk shows it."""
    own_appeals: bool = False
    """Whether a moderator may decide on an appeal against their own decision: for sites that have but one."""
    log: LogPolicy = LogPolicy.OFF
    """Who may read the log of decisions, in which nobody is named."""
    networks_kept_days: int = 30
    """Days after which the hashes of networks go that comments and sessions came from."""
    traces_kept_days: int = 180
    """Days after which a ban forgets what its author might be known by; 0 means that it keeps nothing for hints."""
    guest_flags: bool = True
    """Whether guests may flag, where they may write."""
    flag_reasons: tuple[str, ...] = ("abuse", "hate", "spam", "off-topic", "privacy", "other")
    """Reason classes for which readers flag, in the order in which they are offered."""
    flags_per_hour: int = 20
    """Flags of one reader; 0 means without limit."""
    flags_hold_at: int = 0
    """Weight of flags at which a visible comment is held; 0 means never."""
    reports: bool = True
    """Whether anybody may report illegal content by a form (article 16)."""
    reports_kept_days: int = 365
    """Days after the decision for which it is kept who reported something."""
    default_sort: str = "newest"
    rules: tuple[str, ...] = (
        *("closed", "length", "rate", "repeat"),
        *("links", "phrases", "new-author", "shouting"),
    )
    """Names of the rules that screen a draft, in order."""
    outcomes: tuple[str, ...] = OUTCOMES
    """What findings lead to, a line for each: a code, an outcome, and from which strength on, where that matters."""
    first_held: int = 0
    """How many first comments of an author wait for a moderator, at most ten; 0 for none."""
    link_free_comments: int = 0
    """How many first comments of an author wait where they have a link, at most ten; 0 for none."""
    blocked_domains: tuple[str, ...] = ()
    """Domains that no link may lead to; what is below of one counts, too."""
    allowed_domains: tuple[str, ...] = ()
    """Domains to which links count for nothing."""
    burst_newcomers: int = 0
    """From so many authors on who all came within ten minutes and write under one story; 0 for never."""
    phrases_edition: str = ""
    """Which lists of phrases are meant: no choice, but another one after each change of the lists."""
    trusted_after: int = 0
    """Approved comments, with few removals, by which an author is trusted as with the role; 0 for none."""
    approved_needed: int = 0
    """So many comments of an author must have been approved before others appear at once; 0 for none."""
