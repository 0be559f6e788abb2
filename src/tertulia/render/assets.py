"""The files that browsers load: read and compressed once at start-up, addressed by their content.

One digest stands for the whole tree, so that modules may import each other by relative addresses and a new
release never mixes with files of the old one. An address therefore never changes its bytes.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import brotli  # type: ignore[import-untyped]  # it ships no types

STATIC: Final = Path(__file__).parent / "static"
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
READER_FOLDERS: Final = ("widget/", "shared/")
"""What an article's page may load; the rest is for our own pages and for moderators."""
READER_BUDGET: Final = 20_000
"""Most bytes, gzipped, of all a reader's page loads."""

# Whole lines only, so that nothing within a string or an expression is ever taken for a comment.
_COMMENT_LINES: Final = re.compile(rb"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE)
_INDENTS: Final = re.compile(rb"^[ \t]+", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """One file in its three forms. `name` is its path below `static/`."""

    name: str
    media_type: str
    body: bytes
    gzip: bytes
    brotli: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Assets:
    """All files of a release."""

    digest: str
    files: Mapping[str, Asset]


def collect(folder: Path = STATIC) -> Assets:
    """Read all files below a folder."""
    files: dict[str, Asset] = {}
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in MEDIA_TYPES and path.is_file():
            asset = _read(path, path.relative_to(folder).as_posix())
            files[asset.name] = asset
            digest.update(b"\0".join((asset.name.encode(), asset.body, b"")))
    return Assets(digest=digest.hexdigest()[:16], files=files)


@cache
def shipped() -> Assets:
    """Give the files of this release, read once for the process."""
    return collect()


def address(base: str, name: str) -> str:
    """Address one of our files for ever."""
    return folder(base) + name


def folder(base: str) -> str:
    """Address the folder of this release, below which modules find each other."""
    return f"{base}/static/{shipped().digest}/"


def own_sheets(base: str) -> list[str]:
    """Address the style sheets of our own pages: the reader's, and what only whole pages need."""
    return [address(base, name) for name in ("widget/widget.css", "own/pages.css")]


def entrance(base: str) -> str:
    """Write `/embed.js`: one line under a lasting address that loads the module of this release."""
    return f'import "{address(base, "widget/embed.js")}";\n'


def bundle_size(assets: Assets) -> int:
    """Count the gzipped bytes of everything a reader's page may load."""
    return sum(len(asset.gzip) for asset in assets.files.values() if asset.name.startswith(READER_FOLDERS))


def thinned(source: bytes) -> bytes:
    """Leave out the comments that fill whole lines, and indents: types and reasons are for us, not for readers' lines.

    The only thing that happens to a file between the editor and the browser. No text of ours runs over a line's end.
    """
    return _INDENTS.sub(b"", _COMMENT_LINES.sub(b"", source))


def _read(path: Path, name: str) -> Asset:
    body = thinned(path.read_bytes()) if path.suffix != ".svg" else path.read_bytes()
    return Asset(
        name=name,
        media_type=MEDIA_TYPES[path.suffix],
        body=body,
        gzip=gzip.compress(body, 9, mtime=0),
        brotli=brotli.compress(body, quality=11),
    )
