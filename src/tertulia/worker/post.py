"""Writing to people: what a task does with a message, and what becomes of one that cannot be sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from tertulia.plugins.contracts import Message, NeverSent

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What the operator set up for mail. Without `send` there is no mail server."""

    base_url: str = ""
    """Where links in mails lead."""
    key: str = field(default="", repr=False)
    """What links and codes are derived from: the operator's secret."""
    send: Callable[[Message], None] | None = None
    is_development: bool = False
    """Show links in the log where there is no mail server."""


NOWHERE: Final = Post()
"""For those who write to nobody."""


def deliver(post: Post, message: Message, *, task: str, site: str, link: str, code: str = "") -> None:
    """Send a message with a link, perhaps a code; raise `TryLater`. What can never be sent is logged and done with.

    Addresses stay out of the log.
    """
    if post.send is None:
        if post.is_development:
            log.info("mail.link", site=site, link=link, code=code)
        else:
            log.error("mail.not-set-up", task=task, site=site, advice="set `smtp`; see `tertulia doctor`")
        return
    try:
        post.send(message)
    except NeverSent as refusal:
        log.warning("mail.never-sent", task=task, site=site, reason=str(refusal))
