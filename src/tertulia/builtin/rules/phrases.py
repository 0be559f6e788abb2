"""Notices the phrases of a site's two lists, through the usual disguises. Without lists it does nothing."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tertulia.domain.moderation import Finding, Screening
from tertulia.domain.phrases import PhraseBook

if TYPE_CHECKING:
    from tertulia.builtin.phrase_search.search import Search

MOST_FOUND: Final = 20
"""Findings of one text: the decision keeps them, and a moderator reads them."""
MOST_SITES: Final = 64
"""Sites whose phrases are kept ready; 20,000 phrases take some fifteen megabytes."""
STRENGTH: Final = 1.0


class Phrases:
    """Finds `banned-phrase` and `suspect-phrase` (found, phrase, match) with their places."""

    name = "phrases"

    def __init__(self) -> None:
        self._ready: OrderedDict[int, tuple[str, Search]] = OrderedDict()
        self._lock = threading.Lock()

    def screen(self, screening: Screening) -> list[Finding]:
        """Look for all phrases at once."""
        if not screening.phrases.edition:
            return []
        language = screening.language.partition("-")[0].lower()
        text = screening.text
        return [
            Finding(
                code=f"{hit.phrase.kind}-phrase",
                strength=STRENGTH,
                start=hit.start,
                end=hit.end,
                parameters={
                    "found": text[hit.start : hit.end],
                    "phrase": hit.phrase.words,
                    "match": hit.phrase.matching.value,
                },
            )
            for hit in self._search(screening.phrases).hits(text, language=language)[:MOST_FOUND]
        ]

    def _search(self, book: PhraseBook) -> "Search":
        """Give the search of this edition; who comes first makes it, and others wait for it."""
        with self._lock:
            edition, search = self._ready.get(book.owner, ("", None))
            if search is None or edition != book.edition:
                search = _made(book)
                self._ready[book.owner] = book.edition, search
                if len(self._ready) > MOST_SITES:
                    self._ready.popitem(last=False)
            self._ready.move_to_end(book.owner)
            return search


def _made(book: PhraseBook) -> "Search":
    # The library is loaded by the first site that has phrases, and by no other process.
    from tertulia.builtin.phrase_search.forms import Letters  # noqa: PLC0415 - the same
    from tertulia.builtin.phrase_search.search import Search  # noqa: PLC0415 - as said above

    return Search(book.read(), Letters())


def make(_settings: Mapping[str, object]) -> Phrases:
    """Make the rule; its lists are the site's."""
    return Phrases()
