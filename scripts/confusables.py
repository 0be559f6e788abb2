"""Writes src/tertulia/plugins/confusables.txt: what every character looks like, letter case put aside.

The data are Unicode's (UTS 39), asked from ICU's libraries, which packages such as icu4py bring along; none of them
is needed to run Tertulia. Usage: python scripts/confusables.py FOLDER_WITH_ICU_LIBRARIES
"""

import ctypes
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).parent.parent / "src" / "tertulia" / "plugins" / "confusables.txt"
LARGEST: Final = 4096
HEAD: Final = """\
# What characters look like when letter case is put aside: the skeletons of UTS 39 from ICU {icu}, folded further as
# scripts/confusables.py says, which writes this file. Do not edit it. Each line: code points of the look, a semicolon,
# code points and ranges that look so. Data of the Unicode Consortium under the Unicode License V3,
# https://www.unicode.org/license.txt; copyright Unicode, Inc.
"""


def main(folder: Path) -> None:
    ask, version = skeletons(folder)
    characters = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    # Names are decomposed before they are looked up: what falls apart needs no entry.
    whole = [each for each in characters if nfd(each) == each]
    looks = {ord(each): ask(each) for each in whole}
    alike: dict[str, list[int]] = defaultdict(list)
    for each in whole:
        look = settled(each, looks)
        if look != each:
            alike[look].append(ord(each))
    lines = [f"{points(look)};{ranges(alike[look])}" for look in sorted(alike)]
    TARGET.write_text(HEAD.format(icu=version) + "\n".join(lines) + "\n", encoding="ascii")
    sys.stdout.write(f"{TARGET.name}: {len(lines)} looks of {sum(map(len, alike.values()))} characters\n")


def settled(character: str, looks: dict[int, str]) -> str:
    """Say what a character looks like, in lower case, until nothing changes: m is rn, and so is M.

    A capital I looks like a small l and is the same letter as i. So the three are one; else Paul has a twin PauI.
    """
    text = character
    for _ in range(8):
        folded = nfd(unicodedata.normalize("NFKD", nfd(text.translate(looks))).casefold())
        if folded == text:
            return text.replace("i", "l")
        text = folded
    raise SystemExit(f"U+{ord(character):04X} never settles")


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def points(text: str) -> str:
    return " ".join(f"{ord(each):X}" for each in text)


def ranges(found: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for point in found:
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in runs)


def skeletons(folder: Path) -> tuple[Callable[[str], str], str]:
    """Open ICU; give its skeleton function, and which version it is."""
    # Each needs the one before it.
    opened = [
        ctypes.CDLL(str(next(folder.glob(f"libicu{name}*.so*"))), mode=ctypes.RTLD_GLOBAL)
        for name in ("data", "uc", "i18n")
    ]
    full = next(folder.glob("libicui18n*.so*")).name.rpartition(".so.")[2]
    # ICU's functions carry its main version in their names.
    version = full.partition(".")[0]
    failure = ctypes.c_int(0)
    make = getattr(opened[-1], f"uspoof_open_{version}")
    make.restype = ctypes.c_void_p
    checker = ctypes.c_void_p(make(ctypes.byref(failure)))
    skeleton = getattr(opened[-1], f"uspoof_getSkeletonUTF8_{version}")
    room = ctypes.create_string_buffer(LARGEST)

    def ask(character: str) -> str:
        given = character.encode()
        written = skeleton(checker, 0, given, len(given), room, LARGEST, ctypes.byref(failure))
        if failure.value > 0:
            raise SystemExit(f"ICU refuses U+{ord(character):04X}: {failure.value}")
        return room.raw[:written].decode()

    return ask, full


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
