"""Tables of what is said: sites and their policies, stories, authors, comments, decisions."""

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
    false,
    true,
)

from tertulia.store.schema.frame import metadata, of_site
from tertulia.store.types import BigInt, Json, UtcTime

site = Table(
    "site",
    metadata,
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("origins", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    of_site(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("choices", Json, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

story = Table(
    "story",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("url_key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("section", Text, nullable=False, default=""),
    Column("author", Text, nullable=False, default=""),
    Column("language", Text, nullable=False, default=""),
    Column("published_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("last_comment_at", UtcTime),
    Column("text", Text),
    Column("revision", BigInt, nullable=False, default=0),
    Column("comment_count", Integer, nullable=False, default=0),
    Column("is_recovered", Boolean, nullable=False, default=False),
    UniqueConstraint("site_id", "url_key"),
    Index("ix_story_latest", "site_id", "last_comment_at", "id"),
    Index("ix_story_section", "site_id", "section"),
)

author = Table(
    "author",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("badges", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # A guest is whoever holds the secret that this is the hash of.
    Column("secret_hash", Text),
    # Keyed hash of an imported author's e-mail, by which its owner can claim the comments later.
    Column("claim_hash", Text),
    Column("source", Text, nullable=False, default=""),
    Column("source_id", Text, nullable=False, default=""),
    # The name as it looks, of faces that belong to accounts: no two of a site may look alike.
    Column("skeleton", Text),
    # Whose comments these became: what comes for this author is that one's. No foreign key: SQLite adds none to a
    # table that is there.
    Column("merged_into", BigInt),
    # The strongest restriction that holds for it now, as `sanction` has it: read with the face, whenever it writes.
    Column("restriction", Text),
    Column("restricted_until", UtcTime),
    # What moderators decided about its comments: approved, and removed for a reason.
    Column("approved_count", Integer, nullable=False, server_default="0"),
    Column("removed_count", Integer, nullable=False, server_default="0"),
    Index("ix_author_skeleton", "site_id", "skeleton", unique=True),
    Index("ix_author_secret", "site_id", "secret_hash", unique=True),
    Index("ix_author_source", "site_id", "source", "source_id"),
)
# Partial, so that guests, who have neither, cost nothing.
_imported = author.c.claim_hash.is_not(None)
Index(
    "ix_author_claim",
    author.c.site_id,
    author.c.claim_hash,
    sqlite_where=_imported,
    postgresql_where=_imported,
)
_merged = author.c.merged_into.is_not(None)
Index(
    "ix_author_merged",
    author.c.site_id,
    author.c.merged_into,
    sqlite_where=_merged,
    postgresql_where=_merged,
)

comment = Table(
    "comment",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("story_id", BigInt, nullable=False),
    Column("parent_id", BigInt),
    Column("root_id", BigInt, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("author_id", BigInt, nullable=False),
    Column("source", Text, nullable=False),
    # markdown, html or plain: imported words stay as they were written.
    Column("source_kind", Text, nullable=False, default="markdown"),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("renderer", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("created_at", UtcTime),
    # Set when first listed, and kept: what was once public keeps its place.
    Column("published_at", UtcTime),
    Column("edited_at", UtcTime),
    Column("revision", Integer, nullable=False, default=1),
    Column("language", Text, nullable=False, default=""),
    Column("child_count", Integer, nullable=False, default=0),
    Column("reply_count", Integer, nullable=False, default=0),
    Column("network", Text, nullable=False, default=""),
    Column("origin", Text, nullable=False, default=""),
    Column("link", Text, nullable=False, default="stated"),
    Column("confidence", Float),
    Column("stated_parent", Text),
    Column("extra", Json),
    # Visible, and no moderator has seen it yet.
    Column("is_unread", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["site_id", "story_id"], ["story.site_id", "story.id"], ondelete="CASCADE"),
    # Tombstones keep their rows, so a parent is never deleted under its replies.
    ForeignKeyConstraint(["site_id", "parent_id"], ["comment.site_id", "comment.id"], ondelete="RESTRICT"),
    ForeignKeyConstraint(["site_id", "author_id"], ["author.site_id", "author.id"], ondelete="RESTRICT"),
)

# The three walks of a reader: top comments by time, top comments by replies, replies of one comment.
# Partial, so that held comments cost a reader nothing.
_listed_root = comment.c.parent_id.is_(None) & comment.c.published_at.is_not(None)
_listed = comment.c.published_at.is_not(None)
Index(
    "ix_comment_roots",
    comment.c.site_id,
    comment.c.story_id,
    comment.c.id,
    sqlite_where=_listed_root,
    postgresql_where=_listed_root,
)
Index(
    "ix_comment_replied",
    comment.c.site_id,
    comment.c.story_id,
    comment.c.reply_count,
    comment.c.id,
    sqlite_where=_listed_root,
    postgresql_where=_listed_root,
)
# Without the top comments: "whose parent is nobody" must never look selective to a planner.
_listed_reply = comment.c.parent_id.is_not(None) & _listed
Index(
    "ix_comment_children",
    comment.c.site_id,
    comment.c.parent_id,
    comment.c.id,
    sqlite_where=_listed_reply,
    postgresql_where=_listed_reply,
)
# The plain walk of programs. Only the listed: it must not tempt the planner where an author's own are asked for.
Index(
    "ix_comment_story",
    comment.c.site_id,
    comment.c.story_id,
    comment.c.id,
    sqlite_where=_listed,
    postgresql_where=_listed,
)
# Which threads moved since a moment: the sort by replies asks it between two pages.
Index(
    "ix_comment_published",
    comment.c.site_id,
    comment.c.story_id,
    comment.c.published_at,
    sqlite_where=_listed,
    postgresql_where=_listed,
)
Index("ix_comment_thread", comment.c.site_id, comment.c.root_id, comment.c.published_at)
Index("ix_comment_author", comment.c.site_id, comment.c.author_id, comment.c.id)
_held = comment.c.status == "held"
Index("ix_comment_held", comment.c.site_id, comment.c.id, sqlite_where=_held, postgresql_where=_held)
_unread = comment.c.is_unread == true()
Index("ix_comment_unread", comment.c.site_id, comment.c.id, sqlite_where=_unread, postgresql_where=_unread)

comment_edit = Table(
    "comment_edit",
    metadata,
    of_site(),
    Column("comment_id", BigInt, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("replaced_at", UtcTime),
    ForeignKeyConstraint(["site_id", "comment_id"], ["comment.site_id", "comment.id"], ondelete="CASCADE"),
)

decision = Table(
    "decision",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("comment_id", BigInt, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("findings", Json, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("policy_version", Integer, nullable=False),
    # Of a person with an account; a link of the command line has a name only.
    Column("account_id", BigInt),
    Column("status_before", Text),
    Column("status_after", Text),
    # What the maker says about it, which the author may read, and the law where it is one.
    Column("words", Text),
    Column("law", Text),
    # What led to it: own, flag, report, appeal or sanction.
    Column("source", Text, nullable=False, server_default="own"),
    # The decision that this one took back.
    Column("undoes", BigInt),
    # The ban of its author that took the comment along, or whose end brought it back.
    Column("sanction_id", BigInt),
    ForeignKeyConstraint(["site_id", "comment_id"], ["comment.site_id", "comment.id"], ondelete="CASCADE"),
    Index("ix_decision_comment", "site_id", "comment_id", "id"),
)
# The work of people, which is little beside that of the rules.
_by_people = decision.c.made_by != "system"
Index(
    "ix_decision_people",
    decision.c.site_id,
    decision.c.id,
    sqlite_where=_by_people,
    postgresql_where=_by_people,
)

submission = Table(
    "submission",
    metadata,
    of_site(),
    # Hash of the browser's key and the writer's secret: the same key of another writer is another thing.
    Column("key_hash", Text, primary_key=True),
    # No foreign key: the key is taken before the comment is written, so that of two equal submits one waits.
    Column("comment_id", BigInt, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
