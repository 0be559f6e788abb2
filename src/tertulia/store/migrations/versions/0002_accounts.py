"""Accounts: how readers sign in. Asked-for ways in, and sessions that belong to an account."""

import sqlalchemy as sa
from alembic import op

from tertulia.store.types import BigInt, Json, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("author_id", BigInt, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=True),
        sa.Column("feed_hash", sa.Text(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("ends_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_account_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "author_id"],
            ["author.site_id", "author.id"],
            name=op.f("fk_account_site_id_author_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint("site_id", "email", name=op.f("uq_account_site_id_email")),
        sa.UniqueConstraint("site_id", "subject", name=op.f("uq_account_site_id_subject")),
        sa.UniqueConstraint("site_id", "feed_hash", name=op.f("uq_account_site_id_feed_hash")),
    )
    op.create_table(
        "sign_in",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_sign_in_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_sign_in")),
    )
    op.create_index("ix_sign_in_email", "sign_in", ["site_id", "email", "created_at"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("sign_count", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("transports", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_passkey_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "account_id"],
            ["account.site_id", "account.id"],
            name=op.f("fk_passkey_site_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("site_id", "credential_id", name=op.f("uq_passkey_site_id_credential_id")),
    )
    op.create_index("ix_passkey_account", "passkey", ["site_id", "account_id", "id"], unique=False)
    op.add_column("author", sa.Column("skeleton", sa.Text(), nullable=True))
    op.create_index("ix_author_skeleton", "author", ["site_id", "skeleton"], unique=True)
    # SQLite adds a foreign key only by copying the table; sessions are few and short-lived.
    with op.batch_alter_table("session") as batch:
        batch.add_column(sa.Column("account_id", BigInt, nullable=True))
        batch.add_column(sa.Column("parent_hash", sa.Text(), nullable=True))
        batch.add_column(sa.Column("device", sa.Text(), nullable=True))
        batch.add_column(sa.Column("seen_at", UtcTime(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_session_site_id_account_id"),
            "account",
            ["site_id", "account_id"],
            ["site_id", "id"],
            ondelete="CASCADE",
        )
    op.create_index("ix_session_account", "session", ["site_id", "account_id"], unique=False)
    op.create_index("ix_session_parent", "session", ["site_id", "parent_hash"], unique=False)
    op.create_table(
        "takeout",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_takeout_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "account_id"],
            ["account.site_id", "account.id"],
            name=op.f("fk_takeout_site_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_takeout")),
    )
    op.create_index("ix_takeout_account", "takeout", ["site_id", "account_id", "id"], unique=False)
