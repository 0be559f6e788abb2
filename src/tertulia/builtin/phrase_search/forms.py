"""The forms in which a text is searched: as it stands, and as what it is disguised as.

Each form is one string of words, with the places in the text that its characters come from. Only forms that differ are
made: an ordinary comment has one.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from tertulia.builtin.phrase_search.letters import DOUBTFUL, DOUBTFUL_SIGNS, SIGNS, Looks, Plain

# What is matched is never given back (`+` behind a repetition), so that no text takes longer than its length.
_EMOJI: Final = "\u2190-\u2bff\U0001f000-\U0001faff"
# Words, and signs that are neither letters nor punctuation.
_WORD: Final = re.compile(f"[^\\W_]++|[{_EMOJI}]")
# Digits and signs that have a letter beside them, or a single letter behind a gap; a mark at a word's end is a mark.
_SIGNS: Final = re.compile(
    r"[01345780@$+€!|]++(?=[^\W\d_]|[\W_]{1,3}+[^\W_](?![^\W_]))|(?<=[^\W\d_])[01345780@$+€|]++"
)
# Words that stand together with nothing but up to three marks between them: id.iot, id-iot.
_GLUED: Final = re.compile(r"(?<![^\W_])[^\W_]++(?:(?:[^\w\s]|_){1,3}+[^\W_]++)++")
# Three single letters or more, with up to three other characters between them: i d i o t, i - d - i - o - t.
_APART: Final = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}+[^\W_](?![^\W_])){2,}+")
_AS_I: Final = str.maketrans(SIGNS | dict.fromkeys(DOUBTFUL_SIGNS + DOUBTFUL, "i"))
_AS_L: Final = str.maketrans(SIGNS | dict.fromkeys(DOUBTFUL_SIGNS + DOUBTFUL, "l"))

Span = tuple[int, int]


class Form:
    """What is searched: the words of a text, then those that its gaps hide."""

    def __init__(self, shown: str, origins: Sequence[int] | None) -> None:
        self._shown = shown
        self._origins = origins
        self._glued = [found.span() for found in _GLUED.finditer(shown)]
        self._apart = [found.span() for found in _APART.finditer(shown)]
        self._starts: list[int] = []
        self._places: list[int] = []
        main = " ".join(_WORD.findall(shown))
        text = " ".join([main, *("".join(_WORD.findall(shown, *span)) for span in self._glued)])
        self.loose_from = len(text) + 1
        """From here on words are spelt-out ones, of which nobody knows where they begin."""
        self.text = " ".join([text, *("".join(_WORD.findall(shown, *span)) for span in self._apart)])

    def place(self, start: int, end: int) -> Span:
        """Say where in the original text a stretch of this form is."""
        if not self._starts:
            self._measure()
        return self._origin(start), self._origin(end - 1) + 1

    def _measure(self) -> None:
        """Note where each word of the form begins, and where in the text it comes from: only what is found asks."""
        at = 0
        for found in _WORD.finditer(self._shown):
            at = self._note(at, found.span()) + 1
        at = max(at, 1)
        for span in (*self._glued, *self._apart):
            for found in _WORD.finditer(self._shown, *span):
                at = self._note(at, found.span())
            at += 1

    def _note(self, at: int, span: Span) -> int:
        self._starts.append(at)
        self._places.append(span[0])
        return at + span[1] - span[0]

    def _origin(self, index: int) -> int:
        word = bisect_right(self._starts, index) - 1
        within = self._places[word] + index - self._starts[word]
        return within if self._origins is None else self._origins[within]


class Letters:
    """The characters met so far, and what they stand for. Filled by every thread alike, so that none need wait."""

    def __init__(self) -> None:
        self._plain = Plain()
        self._looks = Looks(self._plain)

    def forms(self, text: str) -> Iterator[Form]:
        """Give the forms of a text, as it stands first."""
        shown, origins = _through(self._plain, text)
        yield Form(shown, origins)
        if not text.isascii():
            seen, origins = _through(self._looks, text)
            if seen != shown and DOUBTFUL not in seen:
                yield Form(seen, origins)
            shown = seen
        if DOUBTFUL in shown or _SIGNS.search(shown):
            as_i, as_l = _spelt(shown, _AS_I), _spelt(shown, _AS_L)
            yield Form(as_i, origins)
            if as_l != as_i:
                yield Form(as_l, origins)

    def of_phrase(self, words: str) -> list[str]:
        """Give the forms in which a phrase is looked for: as it is written, and as it looks."""
        shown = _words_of("".join(map(self._plain.__getitem__, words)))
        looks = "".join(map(self._looks.__getitem__, words))
        seen = {_words_of(looks.replace(DOUBTFUL, letter)) for letter in "il"}
        return list(dict.fromkeys([shown, *sorted(seen)]))


def _through(letters: dict[str, str], text: str) -> tuple[str, Sequence[int] | None]:
    """Put each character as what it stands for; None where each is still in its place."""
    if text.isascii():
        return text.lower(), None
    stand = [letters[each] for each in text]
    shown = "".join(stand)
    if len(shown) == len(text) and all(stand):
        return shown, None
    return shown, [index for index, each in enumerate(stand) for _ in each]


def _spelt(shown: str, table: dict[int, str]) -> str:
    """Put letters for signs that stand for one."""
    return _SIGNS.sub(lambda found: found[0].translate(table), shown).replace(DOUBTFUL, table[ord(DOUBTFUL)])


def _words_of(shown: str) -> str:
    """Give the words of a phrase as forms have them; stars stay where they are."""
    parts = shown.split("*")
    return "*".join(" ".join(_WORD.findall(part)) for part in parts)
