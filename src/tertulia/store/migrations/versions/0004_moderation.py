"""Moderation: what waits, flags, reports, restrictions of authors, reasons told, appeals, the audit trail, phrases.

All tables at once, because they belong to one issue; what fills them comes after. Only additions, so that a server of
the version before goes on beside it.
"""

import sqlalchemy as sa
from alembic import op

from tertulia.store.types import BigInt, Json, UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _item()
    _saved_view()
    _flag()
    _report()
    _sanction()
    _trace()
    _remark()
    _opinion()
    _statement()
    _appeal()
    _audit()
    _of_phrases()
    _of_columns()
    _fill_queue()


def _item() -> None:
    _create(
        "item",
        sa.Column("comment_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("flag_count", sa.Integer(), nullable=False),
        sa.Column("flag_weight", sa.Float(), nullable=False),
        sa.Column("story_id", BigInt, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("taken_by", BigInt, nullable=True),
        sa.Column("taken_name", sa.Text(), nullable=False),
        sa.Column("taken_until", UtcTime(), nullable=True),
        _of("item", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("site_id", "comment_id", name=op.f("pk_item")),
    )
    op.create_index("ix_item_author", "item", ["site_id", "author_id"])
    op.create_index(
        "ix_item_flagged",
        "item",
        ["site_id", "flag_weight", "comment_id"],
        sqlite_where=sa.text("flag_count > 0"),
        postgresql_where=sa.text("flag_count > 0"),
    )
    op.create_index(
        "ix_item_held",
        "item",
        ["site_id", "comment_id"],
        sqlite_where=sa.text("is_held = 1"),
        postgresql_where=sa.text("is_held = true"),
    )
    op.create_index(
        "ix_item_taken",
        "item",
        ["site_id", "taken_by"],
        sqlite_where=sa.text("taken_by IS NOT NULL"),
        postgresql_where=sa.text("taken_by IS NOT NULL"),
    )


def _saved_view() -> None:
    _create(
        "saved_view",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("filters", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        _of("saved_view", "account_id", "account"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "site_id", "account_id", "name", name=op.f("uq_saved_view_site_id_account_id_name")
        ),
    )


def _flag() -> None:
    _create(
        "flag",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("comment_id", BigInt, nullable=False),
        sa.Column("flagger", sa.Text(), nullable=False),
        sa.Column("author_id", BigInt, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("brigade", BigInt, nullable=True),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_at", UtcTime(), nullable=True),
        _of("flag", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_flag")),
        sa.UniqueConstraint(
            "site_id", "comment_id", "flagger", name=op.f("uq_flag_site_id_comment_id_flagger")
        ),
    )
    op.create_index("ix_flag_author", "flag", ["site_id", "author_id", "id"])
    op.create_index("ix_flag_flagger", "flag", ["site_id", "flagger", "id"])


def _report() -> None:
    _create(
        "report",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("comment_id", BigInt, nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("taken_by", BigInt, nullable=True),
        sa.Column("taken_name", sa.Text(), nullable=False),
        sa.Column("taken_until", UtcTime(), nullable=True),
        sa.Column("decision_id", BigInt, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("told_at", UtcTime(), nullable=True),
        _of("report", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_report")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_report_site_id_number")),
    )
    op.create_index("ix_report_comment", "report", ["site_id", "comment_id"])
    op.create_index(
        "ix_report_open",
        "report",
        ["site_id", "id"],
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def _sanction() -> None:
    _create(
        "sanction",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("is_everywhere", sa.Boolean(), nullable=False),
        sa.Column("removes_comments", sa.Boolean(), nullable=False),
        sa.Column("origin_id", BigInt, nullable=True),
        sa.Column("made_by", BigInt, nullable=True),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=True),
        sa.Column("lifted_at", UtcTime(), nullable=True),
        sa.Column("lifted_name", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        _of("sanction", "author_id", "author"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_sanction")),
    )
    op.create_index("ix_sanction_author", "sanction", ["site_id", "author_id", "id"])
    op.create_index(
        "ix_sanction_origin",
        "sanction",
        ["site_id", "origin_id"],
        sqlite_where=sa.text("origin_id IS NOT NULL"),
        postgresql_where=sa.text("origin_id IS NOT NULL"),
    )


def _trace() -> None:
    _create(
        "trace",
        sa.Column("sanction_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("forget_at", UtcTime(), nullable=False),
        _of("trace", "sanction_id", "sanction"),
        sa.PrimaryKeyConstraint("site_id", "sanction_id", "kind", "hash", name=op.f("pk_trace")),
    )
    op.create_index("ix_trace_hash", "trace", ["site_id", "hash", "kind"])


def _remark() -> None:
    _create(
        "remark",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("comment_id", BigInt, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_by", BigInt, nullable=True),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        _of("remark", "author_id", "author"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_author", "remark", ["site_id", "author_id", "id"])


def _opinion() -> None:
    _create(
        "opinion",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("comment_id", BigInt, nullable=False),
        sa.Column("asked_by", BigInt, nullable=True),
        sa.Column("asked_name", sa.Text(), nullable=False),
        sa.Column("asked_of", BigInt, nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", BigInt, nullable=True),
        sa.Column("answered_name", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        _of("opinion", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_opinion")),
    )
    op.create_index("ix_opinion_comment", "opinion", ["site_id", "comment_id", "id"])
    op.create_index(
        "ix_opinion_open",
        "opinion",
        ["site_id", "id"],
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def _statement() -> None:
    _create(
        "statement",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("decision_id", BigInt, nullable=True),
        sa.Column("sanction_id", BigInt, nullable=True),
        sa.Column("comment_id", BigInt, nullable=True),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("restriction", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("findings", Json(), nullable=False),
        sa.Column("is_detected_by_machine", sa.Boolean(), nullable=False),
        sa.Column("is_decided_by_machine", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("content_at", UtcTime(), nullable=True),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=True),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("mailed_at", UtcTime(), nullable=True),
        sa.Column("lifted_at", UtcTime(), nullable=True),
        sa.Column("pushed_at", UtcTime(), nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        _of("statement", "author_id", "author"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_statement")),
    )
    op.create_index("ix_statement_author", "statement", ["site_id", "author_id", "id"])
    op.create_index("ix_statement_comment", "statement", ["site_id", "comment_id", "id"])
    op.create_index("ix_statement_decision", "statement", ["site_id", "decision_id"])
    op.create_index(
        "ix_statement_sanction",
        "statement",
        ["site_id", "sanction_id"],
        sqlite_where=sa.text("sanction_id IS NOT NULL"),
        postgresql_where=sa.text("sanction_id IS NOT NULL"),
    )


def _appeal() -> None:
    _create(
        "appeal",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("statement_id", BigInt, nullable=False),
        sa.Column("comment_id", BigInt, nullable=True),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("first_by", BigInt, nullable=True),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("taken_by", BigInt, nullable=True),
        sa.Column("taken_name", sa.Text(), nullable=False),
        sa.Column("taken_until", UtcTime(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=True),
        _of("appeal", "statement_id", "statement"),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("site_id", "statement_id", name=op.f("uq_appeal_site_id_statement_id")),
    )
    op.create_index("ix_appeal_author", "appeal", ["site_id", "author_id", "id"])
    op.create_index(
        "ix_appeal_open",
        "appeal",
        ["site_id", "due_at", "id"],
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def _audit() -> None:
    _create(
        "audit",
        sa.Column("number", BigInt, autoincrement=False, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("comment_id", BigInt, nullable=True),
        sa.Column("author_id", BigInt, nullable=True),
        sa.Column("account_id", BigInt, nullable=True),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_author", "audit", ["site_id", "author_id", "number"])
    op.create_index("ix_audit_comment", "audit", ["site_id", "comment_id", "number"])
    op.create_index("ix_audit_time", "audit", ["site_id", "made_at", "number"])


def _of_phrases() -> None:
    _create(
        "phrase",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_phrase")),
        sa.UniqueConstraint(
            "site_id",
            "kind",
            "language",
            "words",
            "match",
            name=op.f("uq_phrase_site_id_kind_language_words_match"),
        ),
    )


def _of_columns() -> None:
    op.add_column("author", sa.Column("restriction", sa.Text(), nullable=True))
    op.add_column("author", sa.Column("restricted_until", UtcTime(), nullable=True))
    op.add_column("author", sa.Column("approved_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("author", sa.Column("removed_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("comment", sa.Column("is_unread", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_comment_unread",
        "comment",
        ["site_id", "id"],
        sqlite_where=sa.text("is_unread = 1"),
        postgresql_where=sa.text("is_unread = true"),
    )
    op.add_column("decision", sa.Column("account_id", BigInt, nullable=True))
    op.add_column("decision", sa.Column("status_before", sa.Text(), nullable=True))
    op.add_column("decision", sa.Column("status_after", sa.Text(), nullable=True))
    op.add_column("decision", sa.Column("words", sa.Text(), nullable=True))
    op.add_column("decision", sa.Column("law", sa.Text(), nullable=True))
    op.add_column("decision", sa.Column("source", sa.Text(), server_default="own", nullable=False))
    op.add_column("decision", sa.Column("undoes", BigInt, nullable=True))
    op.add_column("decision", sa.Column("sanction_id", BigInt, nullable=True))
    op.create_index(
        "ix_decision_people",
        "decision",
        ["site_id", "id"],
        sqlite_where=sa.text("made_by != 'system'"),
        postgresql_where=sa.text("made_by != 'system'"),
    )


def _fill_queue() -> None:
    """Let what is held already wait as an item. Which rule held it stays with its decision alone."""
    op.execute(
        """
        INSERT INTO item (
            site_id, comment_id, is_held, flag_count, flag_weight, story_id, section, author_id, language,
            codes, score, since, taken_name
        )
        SELECT comment.site_id, comment.id, true, 0, 0, comment.story_id, story.section, comment.author_id,
            comment.language, '', 0, coalesce(comment.created_at, story.created_at), ''
        FROM comment JOIN story ON story.site_id = comment.site_id AND story.id = comment.story_id
        WHERE comment.status = 'held'
        """
    )


def _create(name: str, *columns: sa.schema.SchemaItem) -> None:
    of_site = sa.ForeignKeyConstraint(
        ["site_id"], ["site.id"], name=op.f(f"fk_{name}_site_id"), ondelete="CASCADE"
    )
    op.create_table(name, sa.Column("site_id", BigInt, nullable=False), *columns, of_site)


def _of(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site_id", column],
        [f"{table}.site_id", f"{table}.id"],
        name=op.f(f"fk_{name}_site_id_{column}"),
        ondelete="CASCADE",
    )
