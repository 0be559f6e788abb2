"""All tables. Every key begins with the site, so that PostgreSQL's tables can be distributed by site.

Text columns carry no length: lengths are policy and are checked at the edge.
"""

from tertulia.store.schema.discussion import (
    author,
    comment,
    comment_edit,
    decision,
    policy,
    site,
    story,
    submission,
)
from tertulia.store.schema.frame import metadata
from tertulia.store.schema.house import event, imported, job, lease, orphan
from tertulia.store.schema.people import (
    account,
    attempt,
    former_name,
    identity,
    mute,
    passkey,
    recovery_code,
    session,
    sign_in,
    takeout,
)

__all__ = [
    "account",
    "attempt",
    "author",
    "comment",
    "comment_edit",
    "decision",
    "event",
    "former_name",
    "identity",
    "imported",
    "job",
    "lease",
    "metadata",
    "mute",
    "orphan",
    "passkey",
    "policy",
    "recovery_code",
    "session",
    "sign_in",
    "site",
    "story",
    "submission",
    "takeout",
]
