"""The checklist names every requirement once, in order, with an answer, and nothing that is not there."""

import re
from collections import Counter

from tests.docs import pages

TEXT = (pages.DOCS / "explanation" / "asvs.md").read_text(encoding="utf-8")
ROWS = list(pages.rows(TEXT))

HOW_MANY = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
"""Requirements of levels 1 and 2 in each chapter of ASVS 5.0.0."""


def numbers() -> list[tuple[int, ...]]:
    return [tuple(int(part) for part in row[0].split(".")) for row in ROWS]


def test_every_requirement_stands_once_and_in_order() -> None:
    found = numbers()

    assert found == sorted(set(found))
    assert tuple(Counter(chapter for chapter, _, _ in found).values()) == HOW_MANY


def test_every_requirement_stands_in_its_chapter() -> None:
    chapters = re.split(r"^## V(\d+) .+$", TEXT, flags=re.MULTILINE)[1:]
    found = [
        (int(chapter), row[0])
        for chapter, text in zip(chapters[::2], chapters[1::2], strict=True)
        for row in pages.rows(text)
    ]

    assert [number for chapter, number in found if int(number.split(".")[0]) != chapter] == []
    assert len(found) == len(ROWS)


def test_every_requirement_has_an_answer_and_says_why() -> None:
    assert [row[0] for row in ROWS if row[2] not in ("yes", "no", "n/a")] == []
    assert [row[0] for row in ROWS if not (row[1] and row[3])] == []


def test_what_holds_is_held_by_something_that_can_be_looked_up() -> None:
    assert [row[0] for row in ROWS if row[2] == "yes" and not re.search(r"`[\w/.]+`|\]\(", row[3])] == []


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([\w/]+\.(?:py|js|html|txt|md))`", TEXT))
    places = (pages.ROOT, pages.ROOT / "src" / "tertulia")

    assert len([name for name in named if name.startswith("tests/")]) > 30
    assert [name for name in sorted(named) if not any((place / name).is_file() for place in places)] == []


def test_the_count_is_right() -> None:
    count = Counter(row[2] for row in ROWS)

    assert f"Of {len(ROWS)} requirements: {count['yes']} yes, {count['no']} no, {count['n/a']} n/a." in TEXT
