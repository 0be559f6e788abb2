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
from tertulia.store.schema.moderation import (
    appeal,
    audit,
    flag,
    item,
    opinion,
    phrase,
    remark,
    report,
    sanction,
    saved_view,
    statement,
    trace,
)
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
    "appeal",
    "attempt",
    "audit",
    "author",
    "comment",
    "comment_edit",
    "decision",
    "event",
    "flag",
    "former_name",
    "identity",
    "imported",
    "item",
    "job",
    "lease",
    "metadata",
    "mute",
    "opinion",
    "orphan",
    "passkey",
    "phrase",
    "policy",
    "recovery_code",
    "remark",
    "report",
    "sanction",
    "saved_view",
    "session",
    "sign_in",
    "site",
    "statement",
    "story",
    "submission",
    "takeout",
    "trace",
]
