"""The desk's page of phrases: the lists, the form that adds to them, and the box that tries them on a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain import ids
from tertulia.domain.moderation import Finding, Outcome
from tertulia.domain.phrases import MOST_PHRASES, Listed, Matching, Phrase, PhraseKind
from tertulia.render import addresses, environment, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look

PLACE: Final = "/desk/phrases"
_USUAL: Final = Phrase(words="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which phrases are shown, and how many there are in all."""

    listed: Sequence[Listed]
    count: int
    search: str = ""
    kind: PhraseKind | None = None
    next_before: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What stands in the form that adds."""

    lines: str = ""
    otherwise: Phrase = _USUAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A text, what was found in it, and what follows."""

    source: str
    text: str
    found: Sequence[tuple[Finding, Outcome]]
    outcome: Outcome
    is_on: bool


NOTHING_TYPED = Typed()


def page(
    look: Look,
    at: Frame,
    asked: Asked,
    *,
    typed: Typed = NOTHING_TYPED,
    tried: Tried | None = None,
    notice: str = "",
    error: str = "",
) -> str:
    """Show the lists, a page of them."""
    language = look.language
    kind = asked.kind.value if asked.kind else ""
    before = asked.next_before
    return environment.render(
        language,
        "desk/phrases.html",
        **frame(look, at),
        asked=asked,
        most=MOST_PHRASES,
        phrases=[_row(language, each) for each in asked.listed],
        kinds=[(each.value, texts.phrase_word(language, each)) for each in PhraseKind],
        matchings=[
            (each.value, texts.phrase_word(language, each), texts.phrase_meaning(language, each))
            for each in Matching
        ],
        typed=typed,
        tried=None if tried is None else _tried(language, tried),
        source=tried.source if tried else "",
        action=addresses.site(look, PLACE),
        search_action=f"{addresses.root(look)}{PLACE}",
        remove_action=addresses.site(look, f"{PLACE}/remove"),
        try_action=f"{addresses.site(look, f'{PLACE}/try')}#try",
        text_href=addresses.site(look, f"{PLACE}/text"),
        next_href=addresses.site(look, PLACE, q=asked.search, kind=kind, before=before) if before else "",
        notice=notice,
        error=error,
    )


def done(language: str, code: str, count: str) -> str:
    """Say what was done."""
    if not (count.isascii() and count.isdigit() and len(count) < 8):
        return ""
    if code == "added":
        return texts.ngettext("%(n)s phrase was added.", "%(n)s phrases were added.", int(count), language)
    if code == "removed":
        return texts.ngettext(
            "%(n)s phrase was removed.", "%(n)s phrases were removed.", int(count), language
        )
    return ""


def _row(language: str, each: Listed) -> dict[str, str]:
    phrase = each.phrase
    return {
        "id": ids.encode(each.id),
        "words": phrase.words,
        "kind": texts.phrase_word(language, phrase.kind),
        "matching": texts.phrase_word(language, phrase.matching),
        "language": phrase.language,
    }


def _tried(language: str, tried: Tried) -> dict[str, object]:
    return {
        "pieces": list(_pieces(tried.text, [each for each, _ in tried.found])),
        "found": [
            {
                "finding": texts.finding(language, each),
                "outcome": texts.outcome(language, outcome),
                "matching": texts.phrase_word(language, str(each.parameters.get("match", ""))),
            }
            for each, outcome in tried.found
        ],
        "outcome": texts.outcome(language, tried.outcome),
        "is_on": tried.is_on,
    }


def _pieces(text: str, found: Sequence[Finding]) -> Iterator[tuple[str, bool]]:
    """Part a text where what was found begins and ends; what two phrases share is marked once."""
    at = 0
    for each in sorted(found, key=lambda finding: (finding.start or 0, finding.end or 0)):
        start, end = max(at, each.start or 0), each.end or 0
        if end <= at:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False
