"""Notices authors whom a site does not know yet: their first comments, and those before enough were approved."""

from collections.abc import Mapping

from tertulia.domain.moderation import Finding, Screening


class NewAuthor:
    """Finds `new-author` (written, approved)."""

    name = "new-author"

    def screen(self, screening: Screening) -> list[Finding]:
        """Compare what is known of the author with what the policy wants to see first."""
        author, policy = screening.author, screening.policy
        is_first = author.comment_count < policy.first_held
        if author.is_trusted or not (is_first or author.approved_count < policy.approved_needed):
            return []
        known: dict[str, str | int] = {"written": author.comment_count, "approved": author.approved_count}
        return [Finding(code="new-author", parameters=known)]


def make(_settings: Mapping[str, object]) -> NewAuthor:
    """Make the rule; its limits are the site's policy."""
    return NewAuthor()
