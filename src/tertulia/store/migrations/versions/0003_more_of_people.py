"""More of people: passwords, second factors, providers elsewhere, sections, muted authors, former names.

All tables at once, because they belong to one issue; what fills them comes after. Only additions, so that a server of
the version before goes on beside it.
"""

import sqlalchemy as sa
from alembic import op

from tertulia.store.types import BigInt, Json, UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("account", sa.Column("proved_at", UtcTime(), nullable=True))
    op.add_column("account", sa.Column("password_hash", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("totp_salt", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("totp_at", UtcTime(), nullable=True))
    op.add_column("account", sa.Column("totp_period", BigInt, nullable=True))
    op.add_column("account", sa.Column("sections", Json(), nullable=True))
    op.add_column("account", sa.Column("notices", Json(), nullable=True))
    op.add_column("session", sa.Column("network", sa.Text(), nullable=True))
    op.add_column("session", sa.Column("way", sa.Text(), nullable=True))
    op.add_column("session", sa.Column("proved_at", UtcTime(), nullable=True))
    op.add_column("session", sa.Column("second_at", UtcTime(), nullable=True))
    op.add_column("sign_in", sa.Column("purpose", sa.Text(), nullable=False, server_default="sign-in"))
    known = sa.text("claim_hash IS NOT NULL")
    op.create_index(
        "ix_author_claim", "author", ["site_id", "claim_hash"], sqlite_where=known, postgresql_where=known
    )
    op.add_column("author", sa.Column("merged_into", BigInt, nullable=True))
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_author_merged",
        "author",
        ["site_id", "merged_into"],
        sqlite_where=merged,
        postgresql_where=merged,
    )
    # Which sections a site has, who has which role, and whose face an author is.
    op.create_index("ix_story_section", "story", ["site_id", "section"])
    op.create_index("ix_account_role", "account", ["site_id", "role", "id"])
    op.create_index("ix_account_author", "account", ["site_id", "author_id"])
    _create(
        "attempt",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("account_id", BigInt, nullable=True),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("onward", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        _of_account("attempt"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_over", "attempt", ["site_id", "expires_at"])
    _create(
        "identity",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        _of_account("identity"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_identity")),
        sa.UniqueConstraint(
            "site_id", "provider", "subject", name=op.f("uq_identity_site_id_provider_subject")
        ),
    )
    op.create_index("ix_identity_account", "identity", ["site_id", "account_id", "id"])
    _create(
        "recovery_code",
        sa.Column("account_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        _of_account("recovery_code"),
        sa.PrimaryKeyConstraint("site_id", "account_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    _create(
        "mute",
        sa.Column("account_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("author_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        _of_account("mute"),
        _of_author("mute"),
        sa.PrimaryKeyConstraint("site_id", "account_id", "author_id", name=op.f("pk_mute")),
    )
    op.create_index("ix_mute_author", "mute", ["site_id", "author_id"])
    _create(
        "former_name",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=False),
        _of_author("former_name"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_former_name")),
    )
    op.create_index("ix_former_name_author", "former_name", ["site_id", "author_id", "id"])


def _create(name: str, *columns: sa.schema.SchemaItem) -> None:
    of_site = sa.ForeignKeyConstraint(
        ["site_id"], ["site.id"], name=op.f(f"fk_{name}_site_id"), ondelete="CASCADE"
    )
    op.create_table(name, sa.Column("site_id", BigInt, nullable=False), *columns, of_site)


def _of_account(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site_id", "account_id"],
        ["account.site_id", "account.id"],
        name=op.f(f"fk_{name}_site_id_account_id"),
        ondelete="CASCADE",
    )


def _of_author(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site_id", "author_id"],
        ["author.site_id", "author.id"],
        name=op.f(f"fk_{name}_site_id_author_id"),
        ondelete="CASCADE",
    )
