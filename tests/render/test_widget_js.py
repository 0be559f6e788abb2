"""The reader's JavaScript as text: no prose, one door for HTML, no foreign code, sizes. Journeys are in tests/e2e."""

import re
import subprocess
from pathlib import Path

import pytest

from tertulia.render import assets, strings
from tests import parts

STATIC = assets.STATIC
SCRIPTS = sorted(STATIC.glob("*/*.js"))
ENTRY = "widget/embed.js"
ENTRY_BUDGET = 3_000
LONGEST_FILE = 300

_COMMENTS = re.compile(r"/\*.*?\*/|^\s*//.*?$|(?<=\s)// .*?$", re.DOTALL | re.MULTILINE)
_STRINGS = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_PROSE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}|[A-Z][a-z]+ [a-z]+[.!?…]|[A-Za-z][.!?…]$")
_IMPORTS = re.compile(r"""(?:from|import\(?)\s*"([^"]+)";?""")
_SAID = re.compile(r'say\([^,()]*(?:\([^)]*\))?[^,()]*, "(\w+)"')


def code(path: Path) -> str:
    return _COMMENTS.sub("", path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return path.relative_to(STATIC).as_posix()


def looks_like_prose(text: str) -> bool:
    # Selectors and class names are words too, but no sentences.
    return bool(_PROSE.search(text)) and not re.search(r"[\[\]:#>=]|tt-|^\.", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_sentences_come_from_the_server(path: Path) -> None:
    assert [text for text in _STRINGS.findall(code(path)) if looks_like_prose(text)] == []


def test_prose_would_be_noticed() -> None:
    assert looks_like_prose("Your comment is posted")
    assert looks_like_prose("Loading…")


def test_text_becomes_elements_in_one_place_each_for_readers_and_the_desk() -> None:
    doors = re.compile(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|document\.write|createContextualFragment"
        r"|DOMParser|eval|new Function)\b"
    )
    found = [(name(path), door) for path in SCRIPTS for door in doors.findall(code(path))]
    assert sorted(found) == [("desk/acting.js", "innerHTML"), (ENTRY, "innerHTML")]


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_modules_import_only_our_own_files(path: Path) -> None:
    targets = [(path.parent / target).resolve() for target in _IMPORTS.findall(code(path))]
    assert [target for target in targets if target not in SCRIPTS] == []


def test_all_words_asked_for_are_sent() -> None:
    asked = {key for path in SCRIPTS for key in _SAID.findall(code(path))}
    assert {"new", "left", "unseen", "confirm_withdraw"} <= asked
    assert [key for key in sorted(asked) if f'"{key}":' not in strings.as_json("en")] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_files_stay_readable(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_FILE
    assert path.read_text(encoding="utf-8").startswith("/**") or len(lines) == 1


def test_the_reader_bundle_keeps_its_budget() -> None:
    shipped = assets.collect()
    assert len(shipped.files[ENTRY].gzip) <= ENTRY_BUDGET
    assert assets.bundle_size(shipped) <= assets.READER_BUDGET


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_no_text_runs_over_the_end_of_a_line(path: Path) -> None:
    # What is sent has lost the indents of its lines. A mark in quotes or in a pattern begins no text.
    lines = re.sub(r'"[^"\n]*"|= /.+/\w*;', "", code(path)).splitlines()
    assert [line for line in lines if line.count("`") % 2] == []


def test_syntax() -> None:
    for path in SCRIPTS:
        command = [parts.node_path(), "--input-type=module", "--check"]
        checked = subprocess.run(command, input=path.read_bytes(), capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr.decode()
