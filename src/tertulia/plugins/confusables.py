"""What characters look like, for names and for rules that see through disguises.

What looks alike is Unicode's to say (UTS 39). The packages with that data are years old, or bring ICU: thirty megabytes
for one table. So the table is ours, made by `scripts/confusables.py`. As a file it also stays the same when Python's
Unicode data move on, and with it the skeletons of names that are kept in the database.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def table() -> Mapping[int, str]:
    """Give what each character looks like, where that is another, as `str.translate` takes it.

    Some 11,000 characters, and about a megabyte. Latin letters have no case here; in scripts whose capitals have
    look-alikes of their own, case makes a difference.
    """
    read: dict[int, str] = {}
    text = resources.files("tertulia.plugins").joinpath("confusables.txt").read_text(encoding="ascii")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        look, _, alike = line.partition(";")
        shown = "".join(chr(int(point, 16)) for point in look.split())
        for each in alike.split():
            first, _, last = each.partition("-")
            read |= dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), shown)
    return read
