"""What the import contract in .importlinter cannot say about the house."""

import ast
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "tertulia"


def imported_roots(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_domain_imports_nothing_outside_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"tertulia"}

    strangers = {
        f"{path.relative_to(SOURCE)}: {root}"
        for path in (SOURCE / "domain").rglob("*.py")
        for root in imported_roots(path)
        if root not in allowed
    }

    assert strangers == set()


def test_every_exception_from_the_scanner_names_what_it_is_about_and_why() -> None:
    """A scanner that may be told to be silent is worth what it is told."""
    unexplained = []
    for path in SOURCE.rglob("*.py"):
        lines = ["", *path.read_text(encoding="utf-8").splitlines()]
        for before, line in pairwise(lines):
            if "nosec" not in line:
                continue
            reason = re.sub(r"# no(qa|sec)\b[^#]*", "", line).partition("#")[2]
            if not re.search(r"# nosec B\d{3}$", line) or not (
                reason.strip() or before.strip().startswith("#")
            ):
                unexplained.append(f"{path.relative_to(SOURCE)}: {line.strip()}")
    assert unexplained == []
