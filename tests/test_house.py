"""What the import contract in .importlinter cannot say about the house."""

import ast
import sys
from collections.abc import Iterator
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
