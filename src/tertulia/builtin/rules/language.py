"""Notices comments that are not in the language of their discussion, by its script and by its commonest words.

To name the language of a text takes a model of some megabytes. Whether a text is in one language is less of a question:
in every third place of it stands one of a few dozen words. Of languages without a list here nothing is said.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from tertulia.domain.moderation import Finding, Screening

FEWEST_WORDS: Final = 12
"""Below this a comment may be a name, a quotation or an exclamation."""
SHARE: Final = 0.08
"""A text with fewer of the commonest words is in another language; of its own it has three times as many."""
CLEARLY_MORE: Final = 1.7
"""With so many times its own words of a neighbour, a text is in the neighbour: they have some words in common."""
SCRIPT_SHARE: Final = 0.4
MOST_LOOKED_AT: Final = 200
"""Words at the beginning: more say nothing new."""
_WORD: Final = re.compile(r"[^\W\d_]++")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": _words(
        "the of and to a in is it you that he was for on are with as i his they be at this have from or had by but"
        " not what all were we when your can there an which do their if will about out then them so would no my has"
        " who been more me how its our why just than"
    ),
    "de": _words(
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an er so dass daß"
        " kann ich sie wir aber man was wie noch nur bei oder einen wird sind war hat haben werden aus nach um am zum"
        " zur wenn da doch mehr schon keine kein uns mir du ihr warum hier über"
    ),
    "fr": _words(
        "de la le et les des en un une du que est pour qui dans a par plus pas au sur ne se ce il sont avec elle on"
        " nous vous je mais ou si leur y ses aux cette comme tout sans c d l qu n s être fait ils son ça très"
    ),
    "es": _words(
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ya este sí"
        " porque esta entre cuando muy sin sobre también me hasta hay donde quien nos todo yo eso son ni está"
    ),
    "it": _words(
        "di e il la che in a per un è non con una i da sono del le si come più lo ma della dei al nel alla anche gli"
        " mi o ha se ci questo chi perché delle io tutti l dell dove suo ne era loro molto ho solo cosa"
    ),
    "nl": _words(
        "de het een van en in is dat op te zijn met voor niet die aan er om dan maar ook als bij nog uit naar wat door"
        " je ik we ze hij wordt worden heeft hebben kan was of over tot wel geen meer zo dit deze mij waar wie hoe"
    ),
}
"""The commonest words of a language, which say nothing of what a text is about."""
SCRIPTS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("ar", "fa", "ur"), ("ARABIC",)),
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be"), ("CYRILLIC",)),
    "el": ("GREEK",),
    "he": ("HEBREW",),
    "hi": ("DEVANAGARI",),
    "ko": ("HANGUL", "CJK"),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "zh": ("CJK",),
    "th": ("THAI",),
    **dict.fromkeys(WORDS, ("LATIN",)),
}
"""First words of the names of a language's letters."""


class Language:
    """Finds `other-language` (language)."""

    name = "language"

    def screen(self, screening: Screening) -> list[Finding]:
        """Count letters of the script, and where that fits the commonest words."""
        language = screening.language.partition("-")[0].lower()
        if language not in SCRIPTS:
            return []
        words = _words_of(screening.text)
        if not _is_enough(words) or _is_in(words, language):
            return []
        return [Finding(code="other-language", parameters={"language": language})]


def _words_of(text: str) -> list[str]:
    seen = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not seen.isascii():
        seen = "".join(each for each in seen if unicodedata.category(each) != "Cf")
    return _WORD.findall(seen.lower())[:MOST_LOOKED_AT]


def _is_enough(words: list[str]) -> bool:
    """Whether there is something to judge; scripts that put no spaces between words have long ones."""
    return len(words) >= FEWEST_WORDS or sum(map(len, words)) >= FEWEST_WORDS * 5


def _is_in(words: list[str], language: str) -> bool:
    letters = "".join(words)
    of_script = sum(unicodedata.name(each, "").startswith(SCRIPTS[language]) for each in letters)
    if of_script < SCRIPT_SHARE * len(letters):
        return False
    if language not in WORDS:
        return True
    counts = {each: sum(word in common for word in words) for each, common in WORDS.items()}
    own = counts[language]
    return own >= SHARE * len(words) and max(counts.values()) <= CLEARLY_MORE * own


def make(_settings: Mapping[str, object]) -> Language:
    """Make the rule; it has no settings."""
    return Language()
