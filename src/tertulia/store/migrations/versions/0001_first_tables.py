"""The first tables: sites, stories, authors, comments, decisions, events, jobs, imports, staff sessions."""

import sqlalchemy as sa
from alembic import op

from tertulia.store.types import BigInt, Json, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "site",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("origins", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
    )
    op.create_table(
        "author",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("badges", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=True),
        sa.Column("claim_hash", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_author_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_author")),
    )
    op.create_index("ix_author_secret", "author", ["site_id", "secret_hash"], unique=True)
    op.create_index("ix_author_source", "author", ["site_id", "source", "source_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("story_id", BigInt, nullable=True),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("happened_at", UtcTime(), nullable=False),
        sa.Column("relayed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_event_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_story", "event", ["site_id", "story_id", "id"], unique=False)
    op.create_index(
        "ix_event_unrelayed",
        "event",
        ["site_id", "id"],
        unique=False,
        sqlite_where=sa.text("relayed_at IS NULL"),
        postgresql_where=sa.text("relayed_at IS NULL"),
    )
    op.create_table(
        "imported",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("our_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_imported_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "source", "kind", "source_id", name=op.f("pk_imported")),
    )
    op.create_index("ix_imported_ours", "imported", ["site_id", "our_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("arguments", Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", UtcTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_until", UtcTime(), nullable=True),
        sa.Column("unique_key", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_job_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_job")),
        sa.UniqueConstraint("site_id", "unique_key", name=op.f("uq_job_site_id_unique_key")),
    )
    op.create_index(
        "ix_job_taken",
        "job",
        ["taken_until"],
        unique=False,
        sqlite_where=sa.text("state = 'taken'"),
        postgresql_where=sa.text("state = 'taken'"),
    )
    op.create_index(
        "ix_job_waiting",
        "job",
        ["run_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "policy",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("choices", Json(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_policy_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_policy")),
    )
    op.create_table(
        "session",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_session_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "token_hash", name=op.f("pk_session")),
    )
    op.create_table(
        "story",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("last_comment_at", UtcTime(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("revision", BigInt, nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("is_recovered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_story_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_story")),
        sa.UniqueConstraint("site_id", "url_key", name=op.f("uq_story_site_id_url_key")),
    )
    op.create_index("ix_story_latest", "story", ["site_id", "last_comment_at", "id"], unique=False)
    op.create_table(
        "submission",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("comment_id", BigInt, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_submission_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "key_hash", name=op.f("pk_submission")),
    )
    op.create_table(
        "comment",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("story_id", BigInt, nullable=False),
        sa.Column("parent_id", BigInt, nullable=True),
        sa.Column("root_id", BigInt, nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=True),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("edited_at", UtcTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("child_count", sa.Integer(), nullable=False),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("stated_parent", sa.Text(), nullable=True),
        sa.Column("extra", Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "author_id"],
            ["author.site_id", "author.id"],
            name=op.f("fk_comment_site_id_author_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "parent_id"],
            ["comment.site_id", "comment.id"],
            name=op.f("fk_comment_site_id_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "story_id"],
            ["story.site_id", "story.id"],
            name=op.f("fk_comment_site_id_story_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_comment_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_author", "comment", ["site_id", "author_id", "id"], unique=False)
    op.create_index(
        "ix_comment_children",
        "comment",
        ["site_id", "parent_id", "id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NOT NULL AND published_at IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL AND published_at IS NOT NULL"),
    )
    op.create_index(
        "ix_comment_held",
        "comment",
        ["site_id", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "ix_comment_published",
        "comment",
        ["site_id", "story_id", "published_at"],
        unique=False,
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_index(
        "ix_comment_replied",
        "comment",
        ["site_id", "story_id", "reply_count", "id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NULL AND published_at IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NULL AND published_at IS NOT NULL"),
    )
    op.create_index(
        "ix_comment_roots",
        "comment",
        ["site_id", "story_id", "id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NULL AND published_at IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NULL AND published_at IS NOT NULL"),
    )
    op.create_index(
        "ix_comment_story",
        "comment",
        ["site_id", "story_id", "id"],
        unique=False,
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_index("ix_comment_thread", "comment", ["site_id", "root_id", "published_at"], unique=False)
    op.create_table(
        "comment_edit",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("comment_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "comment_id"],
            ["comment.site_id", "comment.id"],
            name=op.f("fk_comment_edit_site_id_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_comment_edit_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "comment_id", "number", name=op.f("pk_comment_edit")),
    )
    op.create_table(
        "decision",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("comment_id", BigInt, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("findings", Json(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "comment_id"],
            ["comment.site_id", "comment.id"],
            name=op.f("fk_decision_site_id_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_decision_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_comment", "decision", ["site_id", "comment_id", "id"], unique=False)
    op.create_table(
        "orphan",
        sa.Column("site_id", BigInt, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("comment_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("parent_source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "comment_id"],
            ["comment.site_id", "comment.id"],
            name=op.f("fk_orphan_site_id_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_orphan_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "source", "comment_id", name=op.f("pk_orphan")),
    )
    op.create_index("ix_orphan_parent", "orphan", ["site_id", "source", "parent_source_id"], unique=False)
