"""Notices an author who writes the same text again."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from tertulia.domain.moderation import Finding, Screening

SHORT: Final = 15
"""Below this many characters ("Yes", "Thank you!") people honestly repeat themselves, only not at once."""


class Repeat:
    """Finds `repeated`."""

    name = "repeat"

    def screen(self, screening: Screening) -> list[Finding]:
        """Compare with the author's recent texts, case and white space aside."""
        if not screening.recent_texts:
            return []
        text = folded(screening.text)
        if not text:
            return []
        before = screening.recent_texts[:1] if len(text) < SHORT else screening.recent_texts
        if any(folded(earlier) == text for earlier in before):
            return [Finding(code="repeated")]
        return []


def folded(text: str) -> str:
    """Give the form in which two texts are one: compatible characters, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def make(_settings: Mapping[str, object]) -> Repeat:
    """Make the rule; it has no settings."""
    return Repeat()
