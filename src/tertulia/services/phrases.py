"""The lists of phrases of a site: look, add, remove, and try them on a text. Each change is a version of the policy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain.ids import PhraseId
from tertulia.domain.judgements import judge, outcome_of
from tertulia.domain.moderation import NOBODY_KNOWN, Finding, Outcome, Screening
from tertulia.domain.phrases import (
    MOST_PHRASES,
    BadPhrase,
    Listed,
    Phrase,
    PhraseKind,
    TooManyPhrases,
    clean,
    read_line,
    write_line,
)
from tertulia.services import markup, screening, sites
from tertulia.services.unit import Unit
from tertulia.store import phrases as store

RULE: Final = "phrases"
LONGEST_TRY: Final = 20_000
"""Characters of a text that the lists are tried on."""
LONGEST_SEARCH: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What the lists find in a text, what each finding leads to, and what all do together."""

    text: str
    found: Sequence[tuple[Finding, Outcome]]
    outcome: Outcome
    is_on: bool
    """Whether the site's policy names the rule at all."""


def list_page(
    unit: Unit,
    *,
    search: str = "",
    kind: PhraseKind | None = None,
    before: PhraseId | None = None,
    most: int,
) -> list[Listed]:
    """List phrases with these letters in them, the newest first."""
    sites.require_policy(unit)
    wanted = clean(search[:LONGEST_SEARCH])
    return store.list_page(unit.db, unit.site.id, search=wanted, kind=kind, before=before, most=most)


def count(unit: Unit) -> int:
    """Count the phrases of the site."""
    sites.require_policy(unit)
    return store.count(unit.db, unit.site.id)


def add(unit: Unit, lines: str, *, otherwise: Phrase) -> int:
    """Add a phrase for each line that is not there yet; give how many were added.

    Raises `BadPhrase` for the first line that is none, `TooManyPhrases`, or `ProveAgain`.
    """
    sites.require_policy(unit)
    wanted = dict.fromkeys(_read(lines, otherwise))
    if store.count(unit.db, unit.site.id) + len(wanted) > MOST_PHRASES:
        raise TooManyPhrases(limit=MOST_PHRASES)
    # Ids grow, and the newest is shown first: the last line is on top.
    sites.renew_phrases(unit)
    new = {PhraseId(unit.new_id()): each for each in wanted}
    return store.insert_new(unit.db, unit.site.id, new, now=unit.now)


def remove(unit: Unit, wanted: Collection[PhraseId]) -> int:
    """Remove phrases; give how many there were. Raises `ProveAgain`."""
    sites.require_policy(unit)
    if not wanted:
        return 0
    sites.renew_phrases(unit)
    return store.remove(unit.db, unit.site.id, wanted)


def written(unit: Unit) -> str:
    """Write all phrases as the lines that `add` reads."""
    sites.require_policy(unit)
    return "".join(f"{write_line(each)}\n" for each in store.list_all(unit.db, unit.site.id))


def try_on(unit: Unit, text: str) -> Tried:
    """Say what the lists find in a text, and what would follow for somebody who is not known."""
    sites.require_policy(unit)
    shown = markup.prepare(markup.clean_source(text[:LONGEST_TRY]), language=unit.site.language).text
    rule = unit.plugins.rules.get(RULE)
    findings = [] if rule is None else rule.screen(_screening(unit, shown))
    return Tried(
        text=shown,
        found=[(each, outcome_of(each, NOBODY_KNOWN, unit.policy)) for each in findings],
        outcome=judge(findings, NOBODY_KNOWN, unit.policy).outcome,
        is_on=RULE in unit.policy.rules,
    )


def _read(lines: str, otherwise: Phrase) -> list[Phrase]:
    found: list[Phrase] = []
    for number, line in enumerate(lines.splitlines(), start=1):
        # Lists are kept in files, too, where a line may say what they are.
        if not line.strip() or line.startswith("#"):
            continue
        try:
            found.append(read_line(line, otherwise=otherwise))
        except BadPhrase as refusal:
            raise BadPhrase(number=number, line=str(refusal.parameters["line"]).strip()) from None
    return found


def _screening(unit: Unit, text: str) -> Screening:
    return Screening(
        source=text,
        text=text,
        links=(),
        is_story_open=True,
        recent_texts=(),
        recent_count=0,
        policy=unit.policy,
        now=unit.now,
        language=unit.site.language,
        phrases=screening.book_of(unit),
    )
