"""Notices an author who writes faster than the site's policy takes."""

from collections.abc import Mapping

from tertulia.domain.moderation import Finding, Screening


class Rate:
    """Finds `too-fast` (limit)."""

    name = "rate"

    def screen(self, screening: Screening) -> list[Finding]:
        """Compare the comments of the last minute with the limit; this draft would be one more."""
        limit = screening.policy.comments_per_minute
        if screening.recent_count < limit:
            return []
        return [Finding(code="too-fast", parameters={"limit": limit})]


def make(_settings: Mapping[str, object]) -> Rate:
    """Make the rule; its limit is the site's policy."""
    return Rate()
