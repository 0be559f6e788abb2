"""Discussions to read, written in our own JSON Lines and brought in by `tertulia import`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.e2e.house import House

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMES = ("Ann Rees", "Ben Adeyemi", "Cléo Marchand", "Dina Haddad", "Emil Novak")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A comment of a discussion; `to` is the number of the comment it answers, counted from 1."""

    body: str
    to: int | None = None
    by: str = ""
    badges: tuple[str, ...] = ()
    state: str = "visible"
    reason: str = ""


def small() -> list[Written]:
    """Three top comments, the second with a reply and a reply to that."""
    return [
        Written(body="The bridge was shut on the fourth, not on the fifth."),
        Written(body="Who ordered the inspection? The council *will not* say."),
        Written(body="The engineers did, in September.", to=2),
        Written(body="And who asked the engineers?", to=3),
        Written(body="The ferry runs every forty minutes."),
    ]


def long() -> list[Written]:
    """Thirty top comments; the seventh has nine replies, so that some wait behind a link."""
    tops = [Written(body=f"Top comment number {number}.") for number in range(1, 31)]
    return tops + [Written(body=f"Reply number {number}.", to=7) for number in range(1, 10)]


def deep(levels: int = 30) -> list[Written]:
    """One chain as deep as that, below a first comment, with others around it."""
    before = [Written(body=f"Something else, said {number} times.") for number in range(1, 9)]
    root = len(before) + 1
    chain = [Written(body="Level 0 of the long exchange.")]
    chain += [
        Written(body=f"Level {level} of the long exchange.", to=root + level - 1)
        for level in range(1, levels)
    ]
    return [*before, *chain, Written(body="The last word above it all.")]


def arabic() -> list[Written]:
    """A short exchange in Arabic."""
    return [
        Written(body="من الذي أمر بإغلاق الجسر؟", by="ليلى فاروقي"),
        Written(body="المجلس البلدي، في الرابع من تشرين الثاني.", by="سلمى حروق", to=1),
        Written(body="وأين تقرير المهندسين؟", by="ليلى فاروقي", to=2),
    ]


def load(house: House, stories: dict[str, list[Written]], *, site: str = "gazette") -> None:
    """Bring in the discussions of stories, by the paths of their pages."""
    file = house.folder / f"{site}.jsonl"
    lines = [{"record": "tertulia", "version": 1, "site": site}, *_records(house, stories)]
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    house.run("import", str(file), "--site", site)


def _records(house: House, stories: dict[str, list[Written]]) -> Iterator[dict[str, object]]:
    for path, comments in stories.items():
        yield {"record": "story", "id": path, "url": house.story(path), "title": f"The story at {path}"}
        yield from _comments(path, comments)


def _comments(path: str, comments: Iterable[Written]) -> Iterator[dict[str, object]]:
    for number, each in zip(count(1), comments):
        yield {
            "record": "comment",
            "id": f"{path}-{number}",
            "story": path,
            "parent": f"{path}-{each.to}" if each.to else None,
            "author": {"name": each.by or NAMES[number % len(NAMES)], "badges": each.badges},
            "created_at": (BEGIN + timedelta(minutes=number)).isoformat(),
            "body": each.body,
            "state": each.state,
            "reason": each.reason,
        }
