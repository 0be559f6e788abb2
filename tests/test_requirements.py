"""What is installed, and from where: pins with hashes, nothing beside them, licences that go with ours.

Whether a pinned version has a known weakness only a service on the network knows: `make audit` asks it.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.docs import pages

FOLDER = pages.ROOT / "requirements"
PINNED = sorted(FOLDER.glob("*.txt"))
ASKED = sorted(FOLDER.glob("*.in"))
OF_ITSELF = {"pip", "tertulia"}
"""What every environment has: what installs, and what is installed for."""

_PIN = re.compile(
    r"(?P<name>[a-z0-9.-]+)(?P<extras>\[[a-z0-9,-]+\])?==(?P<version>[\w.+!]+)"
    r"(?P<marker> ; [^\\\n]+?)?(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n"
)

ALLOWED = {"Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "LGPL-3.0-only", "MIT", "MIT-0", "PSF-2.0"}
"""Licences that a server under Apache-2.0 may be installed with. LGPL: psycopg, which anybody can exchange."""
WORDED = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
}
"""What packages call their licence that do not use its short name yet."""


def pins(file: Path) -> Iterator[tuple[str, str, str]]:
    """Give name, version and marker of every pin."""
    for found in _PIN.finditer(file.read_text(encoding="utf-8")):
        yield found["name"], found["version"], (found["marker"] or "").removeprefix(" ; ")


def here(file: Path) -> dict[str, str]:
    """Give what is to be installed on this machine."""
    return {name: version for name, version, marker in pins(file) if not marker or Marker(marker).evaluate()}


def asked(file: Path) -> set[str]:
    """Give the names that a file asks for."""
    lines = [line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return {canonicalize_name(Requirement(line).name) for line in lines if line and not line.startswith("-")}


@pytest.mark.parametrize("file", PINNED, ids=lambda file: file.name)
def test_everything_is_pinned_by_version_and_hash_and_no_index_is_named(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert list(pins(file))
    assert _PIN.sub("", text) == ""


def test_a_line_without_a_hash_would_be_noticed() -> None:
    assert _PIN.sub("", "anyio==4.16.0\n") != ""
    assert _PIN.sub(
        "", f"--index-url https://pypi.example/simple\nanyio==4.16.0 \\\n    --hash=sha256:{'0' * 64}\n"
    )


@pytest.mark.parametrize("file", ASKED, ids=lambda file: file.name)
def test_what_is_asked_for_is_pinned(file: Path) -> None:
    assert asked(file) <= {name for name, _, _ in pins(file.with_suffix(".txt"))}


def test_what_the_package_needs_is_pinned_for_the_server() -> None:
    project = tomllib.loads((pages.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(each) for each in project["dependencies"]]
    pinned = here(FOLDER / "run.txt")

    assert [str(each) for each in wanted if not each.specifier.contains(pinned.get(each.name, "0"))] == []


def test_what_is_shared_has_one_version() -> None:
    run, test = set(pins(FOLDER / "run.txt")), set(pins(FOLDER / "test.txt"))

    assert run <= test


def test_what_is_installed_is_what_is_pinned_and_nothing_else() -> None:
    """A package that stayed behind, or came by hand, would let tests pass here that fail elsewhere."""
    installed = {
        canonicalize_name(each.metadata["Name"]): each.version
        for each in metadata.distributions(path=[path for path in sys.path if "site-packages" in path])
    }
    wanted = here(FOLDER / "test.txt")

    assert {name: version for name, version in installed.items() if name not in OF_ITSELF} == wanted, (
        "make clean, and make test again"
    )


def licences(name: str) -> set[str]:
    """Give all licences that a package names, each by its short name where it has one."""
    about = metadata.metadata(name)
    told = about.get("License-Expression") or ""
    if told:
        return set(re.split(r" (?:AND|OR) |[()]", told)) - {""}
    first = (about.get("License") or "").strip().partition("\n")[0]
    classed = [
        each.rpartition(" :: ")[2]
        for each in about.get_all("Classifier") or []
        if each.startswith("License ::")
    ]
    named = [first] if first and len(first) < 40 else classed
    return {WORDED.get(each, each) for each in named}


def test_the_server_is_installed_under_licences_that_go_with_ours() -> None:
    found = {name: licences(name) for name in here(FOLDER / "run.txt")}

    assert {name: said for name, said in found.items() if not said or said - ALLOWED} == {}
