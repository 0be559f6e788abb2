"""Tables of moderation: what waits, flags, reports, what restricts authors, reasons told, appeals, the audit trail."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from tertulia.store.schema.frame import metadata, of_site
from tertulia.store.types import BigInt, Json, UtcTime


def _of(column: str, table: str, *, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["site_id", column], [f"{table}.site_id", f"{table}.id"], ondelete=ondelete)


# A comment that waits for somebody, with all that the desk filters by: fifty thousand of them are walked in one narrow
# table. There as long as the comment is held or flags on it are open.
item = Table(
    "item",
    metadata,
    of_site(),
    Column("comment_id", BigInt, primary_key=True, autoincrement=False),
    Column("is_held", Boolean, nullable=False),
    # Open flags: how many, and how much they weigh together.
    Column("flag_count", Integer, nullable=False, default=0),
    Column("flag_weight", Float, nullable=False, default=0.0),
    Column("story_id", BigInt, nullable=False),
    Column("section", Text, nullable=False),
    Column("author_id", BigInt, nullable=False),
    Column("language", Text, nullable=False),
    # Codes of the findings, each between two bars; and the strongest finding.
    Column("codes", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("since", UtcTime, nullable=False),
    # Who looks at it just now. It is free again at that time, whatever became of them.
    Column("taken_by", BigInt),
    Column("taken_name", Text, nullable=False, default=""),
    Column("taken_until", UtcTime),
    _of("comment_id", "comment"),
)
_held = item.c.is_held == true()
Index("ix_item_held", item.c.site_id, item.c.comment_id, sqlite_where=_held, postgresql_where=_held)
_flagged = item.c.flag_count > 0
Index(
    "ix_item_flagged",
    item.c.site_id,
    item.c.flag_weight,
    item.c.comment_id,
    sqlite_where=_flagged,
    postgresql_where=_flagged,
)
Index("ix_item_author", item.c.site_id, item.c.author_id)
_taken = item.c.taken_by.is_not(None)
Index("ix_item_taken", item.c.site_id, item.c.taken_by, sqlite_where=_taken, postgresql_where=_taken)

# A filter of the queues under a name, for one moderator.
saved_view = Table(
    "saved_view",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("account_id", BigInt, nullable=False),
    Column("name", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("filters", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("site_id", "account_id", "name"),
    _of("account_id", "account"),
)

flag = Table(
    "flag",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("comment_id", BigInt, nullable=False),
    # Whose it is: a face's id or the hash of a guest's secret. One flag each for one comment.
    Column("flagger", Text, nullable=False),
    Column("author_id", BigInt),
    Column("reason", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("weight", Float, nullable=False),
    # Flags that came together count once: the first of them leads, the others name it.
    Column("brigade", BigInt),
    # Whether it came from somebody of whom nothing was a day old.
    Column("is_new", Boolean, nullable=False),
    # Keyed hash of the network, cleared with those of comments.
    Column("network", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # open, upheld, dismissed or withdrawn.
    Column("state", Text, nullable=False),
    Column("settled_at", UtcTime),
    UniqueConstraint("site_id", "comment_id", "flagger"),
    _of("comment_id", "comment"),
    Index("ix_flag_flagger", "site_id", "flagger", "id"),
    Index("ix_flag_author", "site_id", "author_id", "id"),
)

report = Table(
    "report",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    # Counts up within the site: the case number.
    Column("number", Integer, nullable=False),
    # What was found at the address, if anything of ours.
    Column("comment_id", BigInt),
    Column("url", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("law", Text, nullable=False),
    Column("words", Text, nullable=False),
    # Empty where the law lets somebody stay unnamed.
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("taken_by", BigInt),
    Column("taken_name", Text, nullable=False, default=""),
    Column("taken_until", UtcTime),
    Column("decision_id", BigInt),
    Column("answer", Text, nullable=False, default=""),
    Column("decided_by", BigInt),
    Column("decided_at", UtcTime),
    Column("told_at", UtcTime),
    UniqueConstraint("site_id", "number"),
    _of("comment_id", "comment"),
    Index("ix_report_comment", "site_id", "comment_id"),
)
_open_report = report.c.decided_at.is_(None)
Index(
    "ix_report_open",
    report.c.site_id,
    report.c.id,
    sqlite_where=_open_report,
    postgresql_where=_open_report,
)

# What a moderator did to an author: a message, a warning, or a restriction, with or without an end.
sanction = Table(
    "sanction",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("author_id", BigInt, nullable=False),
    Column("account_id", BigInt),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # What the author is told.
    Column("words", Text, nullable=False),
    # Whether it holds on all sites of this server, and whether it took the author's comments along.
    Column("is_everywhere", Boolean, nullable=False),
    Column("removes_comments", Boolean, nullable=False),
    # Of one that followed by itself: the ban that the person brought along, perhaps from another site.
    Column("origin_id", BigInt),
    Column("made_by", BigInt),
    Column("made_name", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime),
    Column("lifted_at", UtcTime),
    Column("lifted_name", Text, nullable=False, default=""),
    Column("seen_at", UtcTime),
    Column("policy_version", Integer, nullable=False),
    _of("author_id", "author"),
    Index("ix_sanction_author", "site_id", "author_id", "id"),
)

_followed = sanction.c.origin_id.is_not(None)
Index(
    "ix_sanction_origin",
    sanction.c.site_id,
    sanction.c.origin_id,
    sqlite_where=_followed,
    postgresql_where=_followed,
)

# What a banned person may be known by when they come again: keyed hashes, for hints and nothing else.
trace = Table(
    "trace",
    metadata,
    of_site(),
    Column("sanction_id", BigInt, primary_key=True, autoincrement=False),
    # network or shape, for hints; address or subject, by which the ban follows its person.
    Column("kind", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("forget_at", UtcTime, nullable=False),
    _of("sanction_id", "sanction"),
    Index("ix_trace_hash", "site_id", "hash", "kind"),
)

# What moderators tell each other about an author or a comment.
remark = Table(
    "remark",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("author_id", BigInt, nullable=False),
    Column("comment_id", BigInt),
    Column("words", Text, nullable=False),
    Column("made_by", BigInt),
    Column("made_name", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    _of("author_id", "author"),
    Index("ix_remark_author", "site_id", "author_id", "id"),
)

# A colleague is asked what they would decide.
opinion = Table(
    "opinion",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("comment_id", BigInt, nullable=False),
    Column("asked_by", BigInt),
    Column("asked_name", Text, nullable=False),
    # Null: whoever comes first.
    Column("asked_of", BigInt),
    Column("question", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("outcome", Text, nullable=False, default=""),
    Column("answer", Text, nullable=False, default=""),
    Column("answered_by", BigInt),
    Column("answered_name", Text, nullable=False, default=""),
    Column("answered_at", UtcTime),
    _of("comment_id", "comment"),
    Index("ix_opinion_comment", "site_id", "comment_id", "id"),
)
_unanswered = opinion.c.answered_at.is_(None)
Index(
    "ix_opinion_open", opinion.c.site_id, opinion.c.id, sqlite_where=_unanswered, postgresql_where=_unanswered
)

# The reasons that an author is told for one restriction. Never changed but for what became of it.
statement = Table(
    "statement",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    # What was decided: on a comment, or on an author.
    Column("decision_id", BigInt),
    Column("sanction_id", BigInt),
    Column("comment_id", BigInt),
    Column("author_id", BigInt, nullable=False),
    # Codes of what was done and why; `facts` is what a moderator or a rule says happened.
    Column("restriction", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("law", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("findings", Json, nullable=False),
    # Both follow from the audit trail.
    Column("is_detected_by_machine", Boolean, nullable=False),
    Column("is_decided_by_machine", Boolean, nullable=False),
    # What led to it: own, report or flag.
    Column("source", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("content_at", UtcTime),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime),
    # Deceptive bulk spam need not be told; others who cannot be reached see it in their place.
    Column("is_told", Boolean, nullable=False),
    Column("mailed_at", UtcTime),
    Column("lifted_at", UtcTime),
    Column("pushed_at", UtcTime),
    Column("policy_version", Integer, nullable=False),
    _of("author_id", "author"),
    Index("ix_statement_author", "site_id", "author_id", "id"),
    Index("ix_statement_comment", "site_id", "comment_id", "id"),
    Index("ix_statement_decision", "site_id", "decision_id"),
)

_of_sanction = statement.c.sanction_id.is_not(None)
Index(
    "ix_statement_sanction",
    statement.c.site_id,
    statement.c.sanction_id,
    sqlite_where=_of_sanction,
    postgresql_where=_of_sanction,
)

# One for each statement, decided by somebody else than who decided first.
appeal = Table(
    "appeal",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("statement_id", BigInt, nullable=False),
    Column("comment_id", BigInt),
    Column("author_id", BigInt, nullable=False),
    Column("words", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    # Who may not decide it: the maker of the first decision.
    Column("first_by", BigInt),
    Column("first_name", Text, nullable=False),
    Column("taken_by", BigInt),
    Column("taken_name", Text, nullable=False, default=""),
    Column("taken_until", UtcTime),
    # Empty while open; then upheld, reversed or changed, of the first decision.
    Column("result", Text, nullable=False, default=""),
    Column("answer", Text, nullable=False, default=""),
    Column("decided_by", BigInt),
    Column("decided_name", Text, nullable=False, default=""),
    Column("decided_at", UtcTime),
    UniqueConstraint("site_id", "statement_id"),
    _of("statement_id", "statement"),
    Index("ix_appeal_author", "site_id", "author_id", "id"),
)
_open_appeal = appeal.c.decided_at.is_(None)
Index(
    "ix_appeal_open",
    appeal.c.site_id,
    appeal.c.due_at,
    appeal.c.id,
    sqlite_where=_open_appeal,
    postgresql_where=_open_appeal,
)

# Appended and never changed; each digest covers the one before. No foreign keys to what an entry tells of: that may be
# erased, the trail stays. Ids and codes only, no words of anybody.
audit = Table(
    "audit",
    metadata,
    of_site(),
    Column("number", BigInt, primary_key=True, autoincrement=False),
    Column("act", Text, nullable=False),
    Column("comment_id", BigInt),
    Column("author_id", BigInt),
    Column("account_id", BigInt),
    Column("facts", Json, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("digest", Text, nullable=False),
    Index("ix_audit_comment", "site_id", "comment_id", "number"),
    Index("ix_audit_author", "site_id", "author_id", "number"),
    Index("ix_audit_time", "site_id", "made_at", "number"),
)

# Words and phrases that an editor wants noticed. A change makes a new version of the policy.
phrase = Table(
    "phrase",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    # banned or suspect.
    Column("kind", Text, nullable=False),
    # Empty for all languages.
    Column("language", Text, nullable=False),
    Column("words", Text, nullable=False),
    # word, stem or wildcard.
    Column("match", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    UniqueConstraint("site_id", "kind", "language", "words", "match"),
)
