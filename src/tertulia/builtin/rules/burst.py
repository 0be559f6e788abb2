"""Notices a burst: many authors under one story who all came a moment ago, of whom this is one."""

from collections.abc import Mapping
from typing import Final

from tertulia.domain.moderation import Finding, Screening

KNOWN: Final = 3
"""Whoever wrote so many comments before is no newcomer."""


class Burst:
    """Finds `burst` (newcomers, limit)."""

    name = "burst"

    def screen(self, screening: Screening) -> list[Finding]:
        """Count the newcomers, where this author may be one."""
        limit, author = screening.policy.burst_newcomers, screening.author
        if not limit or author.comment_count >= KNOWN or author.is_trusted:
            return []
        newcomers = screening.newcomers()
        if newcomers < limit:
            return []
        return [Finding(code="burst", parameters={"newcomers": newcomers, "limit": limit})]


def make(_settings: Mapping[str, object]) -> Burst:
    """Make the rule; its limit is the site's policy."""
    return Burst()
