"""A site with a million comments, fifty thousand of them held: straight inserts, none of them through the house."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg

from bench import ours

COMMENTS = 1_000_000
STORIES = 5_000
AUTHORS = 20_000
SECTIONS = 20
UNREAD = 100_000
SPAN = timedelta(days=30)
"""So far back the first comment was written."""
LOW = 1 << 21
_MARK = json.dumps(
    [{"code": "many-links", "strength": 0.7, "start": 4, "end": 12, "parameters": {"count": 9, "limit": 5}}]
)
_TEXT = (
    "The ferry has been late every day this week and nobody at the council says why. Read the minutes of the last"
    " meeting, and then tell me who asked for this, because I cannot find a single name in them. Number "
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """The site: which database it is in, how many comments it has, and one author and one section of it."""

    comments: int
    author: int
    section: str = "Section 7"


def fill(database: str, *, comments: int = COMMENTS) -> Crowd:
    """Fill the bench's site in a database that `ours.install` made."""
    now = datetime.now(UTC)
    begin = int((now - SPAN).timestamp() * 1000)
    statements = list(_statements(database, begin, now, comments))
    if database.startswith("sqlite"):
        _into_sqlite(database.removeprefix("sqlite:///"), statements)
    else:
        _into_postgres(database, statements)
    return Crowd(comments=comments, author=_author_id(begin, 7))


def _into_sqlite(file: str, statements: Iterable[str]) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA foreign_keys=OFF")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _into_postgres(url: str, statements: Iterable[str]) -> None:
    with psycopg.connect(url) as connection:
        # What refers to what is right by making; asking the database a million times would take a minute.
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement.encode())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _statements(database: str, begin: int, now: datetime, comments: int) -> Iterable[str]:
    seconds = int(now.timestamp())
    moment = f"{seconds}000000" if database.startswith("sqlite") else f"to_timestamp({seconds})"
    site = f"(SELECT id FROM site WHERE key = '{ours.SITE}')"
    step = int(SPAN.total_seconds() * 1000) // comments
    comment = f"({begin} + CAST(n AS BIGINT) * {step}) * {LOW}"
    story = f"({begin - STORIES} + n % {STORIES}) * {LOW}"
    author = f"({begin - AUTHORS} + n % {AUTHORS}) * {LOW} + 1"
    language = "CASE n % 50 WHEN 0 THEN 'fr' WHEN 1 THEN 'de' ELSE 'en' END"
    codes = "CASE n % 3 WHEN 0 THEN '|many-links|' WHEN 1 THEN '|many-links|shouting|' ELSE '|shouting|' END"
    section = f"'Section ' || ((n % {STORIES}) % {SECTIONS})"
    yield (
        "INSERT INTO story (site_id, id, url_key, url, title, section, author, language, created_at,"
        " last_comment_at, revision, comment_count, is_recovered)"
        f" {_series(STORIES)} SELECT {site}, {story}, 'bench-' || n, 'https://bench.example/' || n,"
        f" 'Story ' || n, {section}, '', 'en', {moment}, {moment}, 1, 0, 1 = 0 FROM series"
    )
    yield (
        "INSERT INTO author (site_id, id, name, kind, badges, created_at, source, source_id)"
        f" {_series(AUTHORS)} SELECT {site}, {author}, 'Reader ' || n, 'guest', '[]', {moment}, '', '' FROM series"
    )
    yield (
        "INSERT INTO comment (site_id, id, story_id, root_id, depth, author_id, source, source_kind, html, text,"
        " renderer, status, reason, created_at, published_at, revision, language, child_count, reply_count,"
        " network, origin, link, is_unread)"
        f" {_series(comments)} SELECT {site}, {comment}, {story}, {comment}, 0, {author}, '{_TEXT}' || n,"
        f" 'markdown', '<p>{_TEXT}' || n || '</p>', '{_TEXT}' || n, 1,"
        f" CASE n % 20 WHEN 0 THEN 'held' ELSE 'visible' END, '', {moment},"
        f" CASE n % 20 WHEN 0 THEN NULL ELSE {moment} END, 1, {language}, 0, 0, '', '', 'stated',"
        f" n >= {comments - UNREAD} AND n % 20 <> 0 FROM series"
    )
    yield (
        "INSERT INTO item (site_id, comment_id, is_held, flag_count, flag_weight, story_id, section, author_id,"
        " language, codes, score, since, taken_name)"
        f" {_series(comments)} SELECT {site}, {comment}, n % 20 = 0,"
        " CASE n % 20 WHEN 0 THEN 0 ELSE 1 + n % 5 END, CASE n % 20 WHEN 0 THEN 0.0 ELSE (n % 97) / 10.0 END,"
        f" {story}, {section}, {author}, {language}, {codes}, (n % 101) / 100.0, {moment}, ''"
        " FROM series WHERE n % 20 = 0 OR n % 200 = 7"
    )
    yield (
        "INSERT INTO decision (site_id, id, comment_id, outcome, reason, findings, made_by, made_at,"
        " policy_version, status_after, source)"
        f" {_series(comments)} SELECT {site}, {comment}, {comment}, 'hold', '', '{_MARK}', 'system', {moment}, 1,"
        " 'held', 'own' FROM series WHERE n % 20 = 0"
    )


def _series(many: int) -> str:
    return f"WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n < {many - 1})"


def _author_id(begin: int, number: int) -> int:
    return (begin - AUTHORS + number) * LOW + 1
