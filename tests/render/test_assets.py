"""The files readers load: small, addressed by content, compressed once."""

import gzip
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest

from tertulia.render import assets


def test_a_reader_loads_at_most_the_budget() -> None:
    shipped = assets.shipped()

    names = {name for name in shipped.files if name.startswith(assets.READER_FOLDERS)}
    assert {"widget/widget.css", "widget/embed.js"} <= names
    assert assets.bundle_size(shipped) <= assets.READER_BUDGET


def test_style_sheet_stays_small() -> None:
    assert len(assets.shipped().files["widget/widget.css"].gzip) <= 6_000


def test_files_come_in_three_equal_forms() -> None:
    asset = assets.shipped().files["widget/widget.css"]

    assert gzip.decompress(asset.gzip) == asset.body
    assert brotli.decompress(asset.brotli) == asset.body
    assert asset.media_type.startswith("text/css")


def test_address_moves_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = assets.collect(tmp_path)
    (tmp_path / "b.css").write_text("2")

    assert assets.collect(tmp_path).digest != before.digest
    assert set(before.files) == {"a.js"}


@pytest.mark.parametrize("base", ["https://comments.example", "https://example.org/comments"])
def test_addresses_are_below_the_base(base: str) -> None:
    name = "widget/widget.css"

    assert assets.address(base, name) == f"{base}/static/{assets.shipped().digest}/{name}"


def test_only_whole_lines_of_comment_and_indents_are_left_out() -> None:
    source = b"""/**
 * Why. @param {string} a
 */
export const a = /** @type {string} */ ("/* kept */");
  // gone
const b = "https://kept.example"; // kept
if (a) {
  /** @type {X} */ (a).b();
}
/* gone */
"""

    assert assets.thinned(source) == (
        b'export const a = /** @type {string} */ ("/* kept */");\n'
        b'const b = "https://kept.example"; // kept\n'
        b"if (a) {\n"
        b"/** @type {X} */ (a).b();\n"
        b"}\n"
    )
