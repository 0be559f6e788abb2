"""Opening what somebody brings: by content, within limits, damage named."""

import bz2
import gzip
import io
import lzma
import zipfile

import pytest

from tertulia.domain.transfer import UnreadableFile
from tertulia.plugins.opening import FREE_BYTES, HEAD_BYTES, opened, opened_stream

TEXT = b"A line of text.\n" * 20_000


def named(value):
    """Name a case by anything but its bytes: those of an archive hold the time it was made."""
    return "bytes" if isinstance(value, bytes) else str(value)


def zipped(members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def read(data, name="export", **limits):
    with opened_stream(io.BytesIO(data), name, **limits) as file:
        return file.file.read()


@pytest.mark.parametrize(
    ("data", "name", "bare"),
    [
        (TEXT, "export.xml", "export.xml"),
        (gzip.compress(TEXT, mtime=0), "export.xml.gz", "export.xml"),
        (gzip.compress(TEXT, mtime=0), "wrongly-named.zip", "wrongly-named.zip"),
        (lzma.compress(TEXT), "export.xml.xz", "export.xml"),
        (zipped({"inner": TEXT}), "export.zip", "inner"),
        (zipped({"folder/inner": TEXT, "__MACOSX/inner": b"litter"}), "export.zip", "inner"),
    ],
    ids=named,
)
def test_the_same_text_comes_out_of_every_wrapping(data, name, bare, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)

    with opened(path) as file:
        assert file.name == bare
        assert file.head == TEXT[:HEAD_BYTES]
        assert file.file.read() == TEXT


def test_what_we_cannot_unpack_is_left_as_it_is():
    data = bz2.compress(TEXT)

    assert read(data) == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (gzip.compress(TEXT, mtime=0)[:-20], "damaged"),
        (gzip.compress(TEXT, mtime=0)[:40] + b"\xff" * 40, "damaged"),
        (lzma.compress(TEXT)[:-20], "damaged"),
        (zipped({"one": b"1", "two": b"2"}), "2 files"),
        (zipped({}), "0 files"),
        (zipped({"one": TEXT})[:60], "archive"),
    ],
    ids=named,
)
def test_damage_is_refused_with_its_reason(data, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read(data)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, lambda data: zipped({"zeros": data})])
def test_a_bomb_is_refused(pack):
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read(pack(b"\0" * (FREE_BYTES + 1024)))


def test_the_limit_itself_is_allowed():
    assert read(TEXT, most_bytes=len(TEXT)) == TEXT
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read(TEXT, most_bytes=len(TEXT) - 1)
