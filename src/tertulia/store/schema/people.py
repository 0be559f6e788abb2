"""Tables of how people sign in, and of what is theirs alone."""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from tertulia.store.schema.frame import metadata, of_site
from tertulia.store.types import BigInt, Json, UtcTime

session = Table(
    "session",
    metadata,
    of_site(),
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
    of_site(),
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
    of_site(),
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
    of_site(),
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
    of_site(),
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
    of_site(),
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
    of_site(),
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
    of_site(),
    Column("account_id", BigInt, primary_key=True, autoincrement=False),
    Column("code_hash", Text, primary_key=True),
    Column("used_at", UtcTime),
    ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"], ondelete="CASCADE"),
)
mute = Table(
    "mute",
    metadata,
    of_site(),
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
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("author_id", BigInt, nullable=False),
    Column("name", Text, nullable=False),
    Column("replaced_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["site_id", "author_id"], ["author.site_id", "author.id"], ondelete="CASCADE"),
    Index("ix_former_name_author", "site_id", "author_id", "id"),
)
