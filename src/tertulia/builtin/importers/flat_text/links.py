"""Where a text holds addresses, domains, file names and dotted program names, which no sentence rule may cut.

Every pattern here is a plain run of characters without nested repetition, so a line of a megabyte costs one pass.
"""

import itertools
import re

_URL = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"“”„«»]+", re.IGNORECASE)
_LINK_LINE = re.compile(r"\W{0,3}(?:https?://|www\.)\S+\s*\Z", re.IGNORECASE)
_ENDINGS = frozenset(
    re.findall(
        r"\w+",
        "com org net edu gov int info biz io ai app dev eu de at ch uk us fr es it pt br nl be pl ru cn "
        "jp in au ca se no dk fi cz tv me co html htm php asp aspx js ts css py rb java xml json csv txt "
        "md pdf doc docx png jpg jpeg gif svg zip gz tar exe dll sh bat yml yaml toml ini conf mp3 mp4 "
        "sql ",
    )
)
_TRAILING = ".,;:!?)]}'\"’”…"


def spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of every web address, without the punctuation that ends the sentence around it."""
    found = []
    for match in _URL.finditer(text):
        address = match.group().rstrip(_TRAILING)
        # "(https://…/Tree_(plant))": a closing bracket belongs to the address when it was opened in it.
        if match.group()[len(address) :].startswith(")") and address.count("(") > address.count(")"):
            address += ")"
        found.append((match.start(), match.start() + len(address)))
    return found


def is_link_line(text: str) -> bool:
    """Tell whether the line is one address and nothing else."""
    return _LINK_LINE.match(text) is not None


def is_dotted_name(before: str, after: str) -> bool:
    """Tell whether the full stop between these two words joins a domain, a file name or a program's name."""
    ending = after.lower()
    if ending in _ENDINGS:
        return True
    # foo.Bar, Foo.Bar_baz, os.Path: one word in camel case or with an underscore on either side is a name.
    return "_" in before or "_" in after or _is_camel(after) or _is_camel(before)


def _is_camel(word: str) -> bool:
    return any(low.islower() and up.isupper() for low, up in itertools.pairwise(word))
