"""Invented discussions, the same ones every time: what both servers are loaded with."""

import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

REPLIES = 0.6
DEEPEST = 12
ORIGIN = "http://127.0.0.1:9999"
_BEGIN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
_NAMES = (
    "Ada",
    "Bram",
    "Chidi",
    "Dunja",
    "Emre",
    "Fenna",
    "Goran",
    "Hedda",
    "Ilse",
    "Jonas",
    "Kemal",
    "Lotte",
)
_WORDS = tuple(
    re.findall(
        r"\w+",
        """
        the council bridge ferry morning engineer report never always people street says counted wrong
        money winter island school answer asked why because nobody paid closed open traffic lorry
        bicycle harbour weather meeting minutes public promise repair plan year week again still house
        neighbour letter newspaper figure doubt agree think remember vote cost crown road water light
        night
        """,
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One comment. `parent` and `root` are positions in the discussion, `root` that of the thread's first."""

    number: int
    parent: int | None
    root: int | None
    depth: int
    name: str
    body: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A story and its discussion."""

    url: str
    path: str
    title: str
    comments: tuple[Sample, ...]


def story(size: int, *, seed: int = 1) -> Story:
    """Make a discussion of a size: six in ten are replies, to anything said so far that is not too deep."""
    dice = random.Random(f"{seed}/{size}")
    comments: list[Sample] = []
    for number in range(size):
        parent = _parent(dice, comments)
        root = None if parent is None else parent.root if parent.root is not None else parent.number
        comments.append(
            Sample(
                number=number,
                parent=None if parent is None else parent.number,
                root=root,
                depth=0 if parent is None else parent.depth + 1,
                name=f"{dice.choice(_NAMES)} {dice.choice(_NAMES)}sen",
                body=text(dice),
                created_at=_BEGIN + timedelta(seconds=37 * number),
            )
        )
    path = f"/story-{size}"
    return Story(url=ORIGIN + path, path=path, title=f"A story of {size} comments", comments=tuple(comments))


def text(dice: random.Random) -> str:
    """Write a comment of one to three paragraphs, some with emphasis, a quotation or a link."""
    paragraphs = [_paragraph(dice) for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))]
    if dice.random() < 0.15:
        paragraphs.insert(0, f"> {_sentence(dice)}")
    if dice.random() < 0.1:
        paragraphs.append(f"See https://example.org/{dice.choice(_WORDS)}/{dice.randrange(1000)} for that.")
    return "\n\n".join(paragraphs)


def write_native(stories: list[Story], file: Path) -> None:
    """Write discussions as Tertulia's own JSON Lines."""
    with file.open("w", encoding="utf-8") as target:
        for record in _records(stories):
            target.write(json.dumps(record, ensure_ascii=False) + "\n")


def _records(stories: list[Story]):
    yield {"record": "tertulia", "version": 1, "site": "bench"}
    for each in stories:
        yield {"record": "story", "id": each.path, "url": each.url, "title": each.title}
        for comment in each.comments:
            record = {
                "record": "comment",
                "id": f"{each.path}/{comment.number}",
                "story": each.path,
                "author": {"name": comment.name},
                "created_at": comment.created_at.isoformat(),
                "body": comment.body,
            }
            if comment.parent is not None:
                record["parent"] = f"{each.path}/{comment.parent}"
            yield record


def _parent(dice: random.Random, comments: list[Sample]) -> Sample | None:
    if not comments or dice.random() >= REPLIES:
        return None
    # Mostly what was said lately is answered: that is how threads become deep.
    lately = comments[-30:] if dice.random() < 0.7 else comments
    shallow = [each for each in lately if each.depth < DEEPEST] if len(lately) <= 30 else lately
    found = dice.choice(shallow or comments[:1])
    return found if found.depth < DEEPEST else comments[0]


def _paragraph(dice: random.Random) -> str:
    return " ".join(_sentence(dice) for _ in range(dice.randint(1, 4)))


def _sentence(dice: random.Random) -> str:
    words = [dice.choice(_WORDS) for _ in range(dice.randint(5, 18))]
    if dice.random() < 0.1:
        words[2] = f"*{words[2]}*"
    return " ".join(words).capitalize() + "."
