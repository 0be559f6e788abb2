"""Notices drafts under a story that takes no more comments."""

from collections.abc import Mapping

from tertulia.domain.moderation import Finding, Screening


class Closed:
    """Finds `story-closed`."""

    name = "closed"

    def screen(self, screening: Screening) -> list[Finding]:
        """Look whether the story is open."""
        return [] if screening.is_story_open else [Finding(code="story-closed")]


def make(_settings: Mapping[str, object]) -> Closed:
    """Make the rule; it has no settings."""
    return Closed()
