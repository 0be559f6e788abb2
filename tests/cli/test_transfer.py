"""`tertulia import` and `tertulia export` on files as people bring them."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Run

FIXTURES = Path(__file__).parent.parent / "builtin" / "fixtures"
DEMO = Path(__file__).parent.parent.parent / "demo" / "discussion.jsonl"
STORY = "https://www.example.org/harbour-bridge"


def imported(run: Run, database: str, file: Path, *words: str) -> Done:
    return run("import", str(file), "--site", "gazette", *words, database=database)


def exported(run: Run, database: str, *words: str) -> list[dict[str, object]]:
    done = run("export", "--site", "gazette", *words, database=database)
    assert done.code == 0, done.errors
    return [json.loads(line) for line in done.data.splitlines()]


def written(done: Done) -> str:
    (line,) = [line.strip() for line in done.output.splitlines() if " already there, " in line]
    return line


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Our own format: a story, a comment, a reply that stands before what it answers."""
    file = tmp_path / "small.jsonl"
    records = [
        {"record": "tertulia", "version": 1},
        {"record": "story", "id": "s1", "url": STORY, "title": "The bridge"},
        {"record": "comment", "id": "c2", "story": "s1", "parent": "c1", "body": "They *did* ask."},
        {"record": "comment", "id": "c1", "story": "s1", "author": {"name": "Ada"}, "body": "~~told~~ asked"},
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return file


def test_a_dry_run_reports_and_writes_nothing(run: Run, gazette: str, small: Path) -> None:
    done = imported(run, gazette, small, "--dry-run")

    assert done.code == 0
    assert "small.jsonl (native), dry run: nothing written" in done.output
    assert "1 discussions, 2 comments, 1 replies, 0 orphans, 2 levels, 1 authors" in done.output
    assert len(exported(run, gazette)) == 1


def test_an_import_writes_and_a_second_one_changes_nothing(run: Run, gazette: str, small: Path) -> None:
    first = imported(run, gazette, small)
    before = exported(run, gazette)
    second = imported(run, gazette, small)
    after = exported(run, gazette)

    assert written(first).startswith("2 written, 0 already there")
    assert written(second).startswith("0 written, 2 already there")
    assert before[1:] == after[1:]
    assert len(before) == 4


def test_a_later_file_adds_what_is_new(run: Run, gazette: str, small: Path) -> None:
    imported(run, gazette, small)
    with small.open("a", encoding="utf-8") as file:
        file.write(
            json.dumps({"record": "comment", "id": "c3", "story": "s1", "parent": "c2", "body": "New."})
        )

    done = imported(run, gazette, small)

    assert written(done).startswith("1 written, 2 already there")


def test_another_source_makes_other_comments_of_the_same_ids(run: Run, gazette: str, small: Path) -> None:
    imported(run, gazette, small, "--source", "old-blog")

    done = imported(run, gazette, small, "--source", "other-blog")

    assert written(done).startswith("2 written, 0 already there")


def test_the_report_is_json_for_programs(run: Run, gazette: str, small: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"

    imported(run, gazette, small, "--report", str(one))
    run(
        "import",
        str(small),
        str(small),
        "--site",
        "gazette",
        "--dry-run",
        "--report",
        str(two),
        database=gazette,
    )

    report = json.loads(one.read_text(encoding="utf-8"))
    assert (report["comments"], report["replies"], report["written"]) == (2, 1, 2)
    assert report["file"] == str(small)
    assert [each["dry_run"] for each in json.loads(two.read_text(encoding="utf-8"))] == [True, True]


@pytest.mark.parametrize(
    "line",
    ['{"record": "comment", "id": "c9"', '{"record": "comment", "id": "c9", "story": "s9", "body": "x"}'],
)
def test_a_broken_file_leaves_nothing_and_names_the_line(
    run: Run, gazette: str, small: Path, line: str
) -> None:
    with small.open("a", encoding="utf-8") as file:
        file.write(line + "\n")

    done = imported(run, gazette, small)

    assert done.code == 1
    assert "line 5" in done.errors
    assert len(exported(run, gazette)) == 1


def test_a_cut_packed_file_leaves_nothing(run: Run, gazette: str, tmp_path: Path) -> None:
    whole = gzip.compress(DEMO.read_bytes(), mtime=0)
    file = tmp_path / "cut.jsonl.gz"
    file.write_bytes(whole[: len(whole) // 2])

    done = imported(run, gazette, file)

    assert done.code == 1
    assert done.errors.startswith("tertulia: ")
    assert len(exported(run, gazette)) == 1


def test_a_format_that_nobody_knows_is_refused_with_those_there_are(
    run: Run, gazette: str, tmp_path: Path
) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))

    done = imported(run, gazette, file)

    assert done.code == 1
    assert "no installed format fits" in done.errors
    assert all(name in done.errors for name in ("flat", "native", "wordpress"))


def test_a_wrong_format_name_is_a_wrong_call(run: Run, gazette: str, small: Path) -> None:
    done = imported(run, gazette, small, "--format", "unheard-of")

    assert done.code == 2
    assert "unheard-of is not one of" in done.errors


def test_an_unknown_site_is_refused_before_the_file_is_read(run: Run, gazette: str, tmp_path: Path) -> None:
    file = tmp_path / "nothing.jsonl"
    file.write_bytes(b"not a format at all")

    done = run("import", str(file), "--site", "nobody", database=gazette)

    assert done.code == 1
    assert done.errors.startswith("tertulia: not-found")


def test_wordpress_is_recognised(run: Run, gazette: str) -> None:
    done = imported(run, gazette, FIXTURES / "harbour.xml")

    assert done.code == 0, done.errors
    assert "harbour.xml (wordpress)" in done.output
    assert not written(done).startswith("0 written")


def test_flat_text_needs_the_story(run: Run, gazette: str) -> None:
    done = imported(run, gazette, FIXTURES / "harbour.txt")

    assert done.code == 1
    assert "--url" in done.errors
    assert len(exported(run, gazette)) == 1


def test_flat_text_comes_in_as_inferred(run: Run, gazette: str) -> None:
    done = imported(run, gazette, FIXTURES / "harbour.txt", "--url", STORY, "--title", "The bridge")
    comments = [record for record in exported(run, gazette) if record["record"] == "comment"]

    assert done.code == 0, done.errors
    assert comments
    assert all(comment["link"] == "inferred" and 0 <= comment["confidence"] <= 1 for comment in comments)


def test_flat_text_twice_changes_nothing(run: Run, gazette: str) -> None:
    words = ("--url", STORY, "--order", "time")
    imported(run, gazette, FIXTURES / "harbour.txt", *words)

    done = imported(run, gazette, FIXTURES / "harbour.txt", *words)

    assert written(done).startswith("0 written")


def test_an_article_that_is_no_utf_8_is_refused(run: Run, gazette: str, tmp_path: Path) -> None:
    article = tmp_path / "report.txt"
    article.write_bytes("Die Brücke".encode("latin-1"))

    done = imported(run, gazette, FIXTURES / "harbour.txt", "--url", STORY, "--article", str(article))

    assert done.code == 1
    assert done.errors == f"tertulia: {article}: not UTF-8\n"


def test_an_export_is_read_again_without_loss(run: Run, gazette: str, tmp_path: Path) -> None:
    imported(run, gazette, DEMO)
    first = tmp_path / "first.jsonl.gz"
    plain = tmp_path / "first.jsonl"
    run("export", "--site", "gazette", "--output", str(plain), database=gazette)
    first.write_bytes(gzip.compress(plain.read_bytes()))
    run("site", "add", "copy", "--name", "Copy", "--origin", "https://copy.example", database=gazette)

    done = run("import", str(first), "--site", "copy", database=gazette)
    again = run("export", "--site", "copy", database=gazette)

    assert done.code == 0, done.errors
    assert again.data.splitlines()[1:] == plain.read_bytes().splitlines()[1:]


def test_an_export_of_one_story_holds_no_other(run: Run, gazette: str, small: Path) -> None:
    imported(run, gazette, small)
    imported(run, gazette, DEMO)

    records = exported(run, gazette, "--story", f"{STORY}/?utm_source=mail#top")

    assert [record["record"] for record in records] == ["tertulia", "story", "comment", "comment"]
    assert records[1]["url"] == STORY


def test_an_export_names_its_site(run: Run, gazette: str) -> None:
    (header,) = exported(run, gazette)

    assert (header["record"], header["version"], header["site"], header["name"]) == (
        "tertulia",
        1,
        "gazette",
        "The Gazette",
    )


def test_a_file_that_cannot_be_written_is_one_line(run: Run, gazette: str, small: Path) -> None:
    export = run("export", "--site", "gazette", "--output", "missing/export.jsonl", database=gazette)
    report = imported(run, gazette, small, "--dry-run", "--report", "missing/report.json")

    assert (export.code, report.code) == (1, 1)
    assert export.errors == "tertulia: missing/export.jsonl: No such file or directory\n"
    assert report.errors == "tertulia: missing/report.json: No such file or directory\n"
