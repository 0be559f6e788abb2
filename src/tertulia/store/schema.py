"""All tables. Every key begins with the site, so that PostgreSQL's tables can be distributed by site.

Text columns carry no length: lengths are policy and are checked at the edge.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from tertulia.store.types import BigInt, Json, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _site() -> Column[int]:
    """The column every key begins with. A site takes everything of its own with it."""
    return Column(
        "site_id", BigInt, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True, nullable=False
    )


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
    _site(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("choices", Json, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

story = Table(
    "story",
    metadata,
    _site(),
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
    _site(),
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
    Index("ix_author_skeleton", "site_id", "skeleton", unique=True),
    Index("ix_author_claim", "site_id", "claim_hash"),
    Index("ix_author_secret", "site_id", "secret_hash", unique=True),
    Index("ix_author_source", "site_id", "source", "source_id"),
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
    _site(),
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

comment_edit = Table(
    "comment_edit",
    metadata,
    _site(),
    Column("comment_id", BigInt, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("replaced_at", UtcTime),
    ForeignKeyConstraint(["site_id", "comment_id"], ["comment.site_id", "comment.id"], ondelete="CASCADE"),
)

decision = Table(
    "decision",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("comment_id", BigInt, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("findings", Json, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("policy_version", Integer, nullable=False),
    ForeignKeyConstraint(["site_id", "comment_id"], ["comment.site_id", "comment.id"], ondelete="CASCADE"),
    Index("ix_decision_comment", "site_id", "comment_id", "id"),
)

submission = Table(
    "submission",
    metadata,
    _site(),
    # Hash of the browser's key and the writer's secret: the same key of another writer is another thing.
    Column("key_hash", Text, primary_key=True),
    # No foreign key: the key is taken before the comment is written, so that of two equal submits one waits.
    Column("comment_id", BigInt, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

event = Table(
    "event",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("story_id", BigInt),
    Column("facts", Json, nullable=False),
    Column("actor", Text, nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("relayed_at", UtcTime),
)
_unrelayed = event.c.relayed_at.is_(None)
Index("ix_event_unrelayed", event.c.site_id, event.c.id, sqlite_where=_unrelayed, postgresql_where=_unrelayed)
Index("ix_event_story", event.c.site_id, event.c.story_id, event.c.id)

job = Table(
    "job",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("task", Text, nullable=False),
    Column("arguments", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("run_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("taken_until", UtcTime),
    Column("unique_key", Text),
    Column("error", Text, nullable=False, default=""),
    Column("finished_at", UtcTime),
    UniqueConstraint("site_id", "unique_key"),
)
_waiting = job.c.state == "waiting"
Index("ix_job_waiting", job.c.run_at, sqlite_where=_waiting, postgresql_where=_waiting)
_taken = job.c.state == "taken"
Index("ix_job_taken", job.c.taken_until, sqlite_where=_taken, postgresql_where=_taken)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)

imported = Table(
    "imported",
    metadata,
    _site(),
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("our_id", BigInt, nullable=False),
    Index("ix_imported_ours", "site_id", "our_id"),
)

# A reply whose stated parent has not come yet: linked when a later file brings it.
orphan = Table(
    "orphan",
    metadata,
    _site(),
    Column("source", Text, primary_key=True),
    Column("comment_id", BigInt, primary_key=True, autoincrement=False),
    Column("parent_source_id", Text, nullable=False),
    ForeignKeyConstraint(["site_id", "comment_id"], ["comment.site_id", "comment.id"], ondelete="CASCADE"),
    Index("ix_orphan_parent", "site_id", "source", "parent_source_id"),
)

session = Table(
    "session",
    metadata,
    _site(),
    # Hash of the token; a link is a session that may be opened once.
    Column("token_hash", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    # Of an account: whose it is, which session it came from, what it was opened with, when it was last used.
    Column("account_id", BigInt),
    Column("parent_hash", Text),
    Column("device", Text),
    # Keyed hash of the network it was opened from, cleared after a month.
    Column("network", Text),
    Column("seen_at", UtcTime),
    # By which way in, when its owner last proved who they are, and when by a second factor. Of a program's token: what
    # it may do, and under `device` what its owner calls it.
    Column("way", Text),
    Column("proved_at", UtcTime),
    Column("second_at", UtcTime),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
    Index("ix_session_account", "site_id", "account_id"),
    Index("ix_session_parent", "site_id", "parent_hash"),
)
account = Table(
    "account",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    # Who comes by mail has an address; who comes by the publication's own token has its subject.
    Column("email", Text),
    Column("subject", Text),
    # When somebody who came in proved that the address is theirs; an operator may name one that nobody proved.
    Column("proved_at", UtcTime),
    Column("role", Text, nullable=False),
    Column("author_id", BigInt),
    Column("language", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # Up to when replies to one's comments were looked at, and the hash of the feed's secret address.
    Column("seen_at", UtcTime),
    Column("feed_hash", Text),
    # What its owner asked to become of it, and when.
    Column("ending", Text),
    Column("ends_at", UtcTime),
    # As argon2 writes it, with its own salt and costs.
    Column("password_hash", Text),
    # Codes of an app follow from the operator's key, the account and this salt: no secret is kept. Confirmed when the
    # first code was right; of a period's codes one counts.
    Column("totp_salt", Text),
    Column("totp_at", UtcTime),
    Column("totp_period", BigInt),
    # Of a moderator: the sections they are for, all when null.
    Column("sections", Json),
    # Which notices are wanted over which channel; what the site's texts say when null.
    Column("notices", Json),
    UniqueConstraint("site_id", "email"),
    UniqueConstraint("site_id", "subject"),
    UniqueConstraint("site_id", "feed_hash"),
    ForeignKeyConstraint(["site_id", "author_id"], ["author.site_id", "author.id"], ondelete="RESTRICT"),
    Index("ix_account_author", "site_id", "author_id"),
    Index("ix_account_role", "site_id", "role", "id"),
)
sign_in = Table(
    "sign_in",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    # Hash of what the browser that asked keeps: a mail read by somebody else signs nobody in.
    Column("browser_hash", Text, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    # What the mail is for: to sign in, or to choose a new password.
    Column("purpose", Text, nullable=False, server_default="sign-in"),
    Index("ix_sign_in_email", "site_id", "email", "created_at"),
)
takeout = Table(
    "takeout",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("account_id", BigInt, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("made_at", UtcTime),
    Column("expires_at", UtcTime, nullable=False),
    Column("size", Integer, nullable=False),
    # Last, so that what asks for the other columns need not read past it.
    Column("content", LargeBinary),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
    Index("ix_takeout_account", "site_id", "account_id", "id"),
)
passkey = Table(
    "passkey",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("account_id", BigInt, nullable=False),
    # Ids, key and handle in base64url, as browsers send them.
    Column("credential_id", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    # What stands for the account on the device. Kept, so that another operator's key ends no passkey.
    Column("handle", Text, nullable=False),
    Column("sign_count", BigInt, nullable=False),
    Column("name", Text, nullable=False),
    Column("transports", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    UniqueConstraint("site_id", "credential_id"),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
    Index("ix_passkey_account", "site_id", "account_id", "id"),
)

# Sign-ins at a provider elsewhere, from leaving to coming back. What the provider is told follows from the operator's
# key and the id, so that nothing secret is kept.
attempt = Table(
    "attempt",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("way", Text, nullable=False),
    # Who is signed in already and connects one more way in.
    Column("account_id", BigInt),
    Column("browser_hash", Text, nullable=False),
    # Where to go on afterwards.
    Column("onward", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
    Index("ix_attempt_over", "site_id", "expires_at"),
)
identity = Table(
    "identity",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("account_id", BigInt, nullable=False),
    # Who vouches, and for whom: its own word for the person, which never changes.
    Column("provider", Text, nullable=False),
    Column("subject", Text, nullable=False),
    # The name or address there, by which its owner knows it again.
    Column("label", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    UniqueConstraint("site_id", "provider", "subject"),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
    Index("ix_identity_account", "site_id", "account_id", "id"),
)
recovery_code = Table(
    "recovery_code",
    metadata,
    _site(),
    Column("account_id", BigInt, primary_key=True, autoincrement=False),
    Column("code_hash", Text, primary_key=True),
    Column("used_at", UtcTime),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
)
mute = Table(
    "mute",
    metadata,
    _site(),
    Column("account_id", BigInt, primary_key=True, autoincrement=False),
    Column("author_id", BigInt, primary_key=True, autoincrement=False),
    Column("created_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["site_id", "author_id"], ["author.site_id", "author.id"], ondelete="CASCADE"),
    Index("ix_mute_author", "site_id", "author_id"),
)
former_name = Table(
    "former_name",
    metadata,
    _site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("author_id", BigInt, nullable=False),
    Column("name", Text, nullable=False),
    Column("replaced_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["site_id", "author_id"], ["author.site_id", "author.id"], ondelete="CASCADE"),
    Index("ix_former_name_author", "site_id", "author_id", "id"),
)
