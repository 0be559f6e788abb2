"""Notices comments with more links than the site's policy takes without a look."""

from collections.abc import Mapping

from tertulia.domain.moderation import Finding, Screening


class Links:
    """Finds `many-links` (limit, count)."""

    name = "links"

    def screen(self, screening: Screening) -> list[Finding]:
        """Count links, the same one twice counting twice."""
        limit = screening.policy.most_links
        count = len(screening.links)
        if count <= limit:
            return []
        return [Finding(code="many-links", parameters={"limit": limit, "count": count})]


def make(_settings: Mapping[str, object]) -> Links:
    """Make the rule; its limit is the site's policy."""
    return Links()
