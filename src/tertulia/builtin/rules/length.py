"""Notices comments that are too long, and those in which nothing can be read."""

import unicodedata
from collections.abc import Mapping

from tertulia.domain.moderation import Finding, Screening


class Length:
    """Finds `too-long` (limit, length) and `empty`."""

    name = "length"

    def screen(self, screening: Screening) -> list[Finding]:
        """Measure what the person typed, and look for a character that can be seen."""
        limit = screening.policy.longest_comment
        length = len(screening.source)
        if length > limit:
            return [Finding(code="too-long", parameters={"limit": limit, "length": length})]
        if not any(_is_seen(character) for character in screening.text):
            return [Finding(code="empty")]
        return []


def _is_seen(character: str) -> bool:
    """Separators, controls and zero-width marks take no ink; a comment of them alone is empty."""
    return unicodedata.category(character)[0] not in "ZC"


def make(_settings: Mapping[str, object]) -> Length:
    """Make the rule; its limit is the site's policy."""
    return Length()
