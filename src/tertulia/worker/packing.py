"""Packing a takeout: its two files side by side on the disk, comment by comment, and then one ZIP of both."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import IO, Final

from tertulia.domain.takeouts import Belongings, OwnComment
from tertulia.render import my_data
from tertulia.render.look import Look

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of both files before they are packed; older comments than fit are left out, and both files say so."""


class _Stopping(Exception):
    """The process is shut down."""


def pack(
    look: Look,
    owned: Belongings,
    comments: Iterable[OwnComment],
    *,
    made_at: datetime,
    is_stopping: Callable[[], bool],
    most: int = MOST_BYTES,
) -> bytes | None:
    """Pack all that is somebody's; None when the process is shut down meanwhile."""
    with tempfile.TemporaryFile() as data, tempfile.TemporaryFile() as page:
        is_complete = True

        def written() -> Iterator[OwnComment]:
            nonlocal is_complete
            for number, each in enumerate(comments):
                if is_stopping():
                    raise _Stopping
                record = my_data.comment(look, each)
                # The page shows the same words with marks around them.
                if data.tell() + page.tell() + 2 * len(record) > most:
                    is_complete = False
                    return
                data.write(b"," + record if number else record)
                yield each

        try:
            data.write(my_data.opening(look, owned, made_at=made_at))
            pieces = my_data.page(look, owned, written(), made_at=made_at, is_complete=lambda: is_complete)
            for piece in pieces:
                page.write(piece.encode())
            data.write(my_data.closing(is_complete=is_complete))
        except _Stopping:
            return None
        return _zipped({"data.json": data, "data.html": page}, made_at)


def _zipped(files: dict[str, IO[bytes]], made_at: datetime) -> bytes:
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", compression=zipfile.ZIP_DEFLATED) as archive:
            for name, file in files.items():
                about = zipfile.ZipInfo(name, made_at.timetuple()[:6])
                about.compress_type = zipfile.ZIP_DEFLATED
                file.seek(0)
                with archive.open(about, "w") as inside:
                    shutil.copyfileobj(file, inside)
        packed.seek(0)
        return packed.read()
