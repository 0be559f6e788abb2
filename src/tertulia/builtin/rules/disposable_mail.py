"""Notices accounts whose e-mail address is of a service that gives addresses away for minutes."""

from collections.abc import Mapping

from tertulia.domain.moderation import Finding, Screening


class DisposableMail:
    """Finds `disposable-mail` (domain)."""

    name = "disposable-mail"

    def screen(self, screening: Screening) -> list[Finding]:
        """Look the domain up, and those that it is below of; guests have no address."""
        if not screening.mail_domain:
            return []
        # Some five thousand names: loaded where the rule is on, and an account writes.
        from disposable_email_domains import blocklist  # noqa: PLC0415 - as said above

        labels = screening.mail_domain.lower().strip(".").split(".")
        known = (".".join(labels[at:]) for at in range(len(labels) - 1))
        domain = next((each for each in known if each in blocklist), "")
        return [Finding(code="disposable-mail", parameters={"domain": domain})] if domain else []


def make(_settings: Mapping[str, object]) -> DisposableMail:
    """Make the rule; its list comes with a package."""
    return DisposableMail()
