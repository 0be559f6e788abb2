"""Screening: the rules look at a text, and what they notice is judged. Nothing is written here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.authors import Author, Restriction
from tertulia.domain.comments import Empty, NotTaken, Reconsider, Repeated, TooFast, TooLong, Wording
from tertulia.domain.errors import TertuliaError
from tertulia.domain.judgements import REFUSING, Judgement, judge
from tertulia.domain.moderation import AuthorFacts, Finding, Outcome, Screening
from tertulia.domain.phrases import NO_PHRASES, PhraseBook
from tertulia.domain.stories import Story, StoryClosed
from tertulia.domain.trust import has_earned
from tertulia.services import markup
from tertulia.services.unit import Unit
from tertulia.store import circumstances, phrases
from tertulia.store import comments as store

LONGEST_BODY = 100_000
"""Characters of a body that are looked at at all; the policy's limit is lower."""
RECENT_TEXTS = 20
"""An author's latest comments that rules may compare with."""

NEWCOMERS: Final = timedelta(minutes=10)
"""Whoever came within this time is a newcomer."""
MOST_NEWCOMERS: Final = 500
OTHERS: Final = timedelta(days=1)
MOST_OTHERS: Final = 200
"""Texts of others that a draft may be compared with."""

Recent = Sequence[tuple[str, datetime | None]]
"""An author's latest texts and when they were written, the newest first."""


def recent_of(unit: Unit, author: Author) -> Recent:
    """Give an author's latest texts, as many as any rule may want."""
    most = max(RECENT_TEXTS, unit.policy.comments_per_minute)
    return store.list_recent_texts(unit.db, unit.site.id, author.id, most=most)


def facts_of(unit: Unit, author: Author, comment_count: int, *, has_reconsidered: bool) -> AuthorFacts:
    """Give what is known of an author who writes; all of it came with the one who acts."""
    account = unit.actor.account
    is_over = author.restricted_until is not None and author.restricted_until <= unit.now
    return AuthorFacts(
        comment_count=min(comment_count, RECENT_TEXTS),
        approved_count=author.approved_count,
        removed_count=author.removed_count,
        is_restricted=author.restriction is Restriction.HOLD and not is_over,
        is_trusted=(account is not None and account.powers is not Role.READER)
        or has_earned(author.approved_count, author.removed_count, after=unit.policy.trusted_after),
        has_reconsidered=has_reconsidered,
    )


def book_of(unit: Unit) -> PhraseBook:
    """Give the site's phrases, which are read only where they are not known in this edition."""
    edition = unit.policy.phrases_edition
    if not edition:
        return NO_PHRASES
    read = partial(phrases.list_all, unit.db, unit.site.id)
    return PhraseBook(owner=unit.site.id, edition=edition, read=read)


def screen(
    unit: Unit, body: str, story: Story, recent: Recent, facts: AuthorFacts, *, author: Author
) -> tuple[Wording, Judgement]:
    """Let the rules look at the words; raise the refusal they lead to, if any."""
    # One more than is allowed is enough to see that it is too much.
    source = markup.clean_source(body[: max(LONGEST_BODY, unit.policy.longest_comment + 1)])
    # What is too long is refused by its rule without being rendered first.
    fits = len(source) <= unit.policy.longest_comment
    language = story.language or unit.site.language
    wording = (
        markup.prepare(source, language=language) if fits else Wording(source=source, html="", text=source)
    )
    minute_ago = unit.now - timedelta(minutes=1)
    screening = Screening(
        source=source,
        text=wording.text,
        links=wording.links,
        is_story_open=story.is_open,
        recent_texts=[text for text, _ in recent[:RECENT_TEXTS]],
        recent_count=sum(1 for _, at in recent if at is not None and at > minute_ago),
        policy=unit.policy,
        now=unit.now,
        author=facts,
        language=language,
        phrases=book_of(unit),
        mail_domain=unit.actor.account.email.rpartition("@")[2] if unit.actor.account else "",
        newcomers=partial(_newcomers, unit, story),
        others=partial(_others, unit, author),
    )
    findings: list[Finding] = []
    for name in unit.policy.rules:
        rule = unit.plugins.rules.get(name)
        if rule is not None:
            findings.extend(rule.screen(screening))
    judgement = judge(findings, facts, unit.policy)
    if judgement.outcome is Outcome.REJECT:
        raise _refusal(judgement.findings)
    if judgement.outcome is Outcome.NUDGE:
        raise Reconsider(judgement.findings)
    return wording, judgement


def _newcomers(unit: Unit, story: Story) -> int:
    since = ids.at(unit.now - NEWCOMERS, 0)
    return circumstances.count_newcomers(unit.db, unit.site.id, story.id, since=since, most=MOST_NEWCOMERS)


def _others(unit: Unit, author: Author) -> Sequence[str]:
    since = ids.at(unit.now - OTHERS, 0)
    return circumstances.list_others(unit.db, unit.site.id, author.id, since=since, most=MOST_OTHERS)


def _refusal(findings: Sequence[Finding]) -> TertuliaError:
    """Give the error that tells a writer what refusing findings mean: of the limits the first, else all."""
    finding = next((each for each in findings if each.code in REFUSING), None)
    if finding is None:
        return NotTaken(findings)
    if finding.code == "too-long":
        return TooLong(**finding.parameters)
    if finding.code == "empty":
        return Empty()
    if finding.code == "repeated":
        return Repeated()
    if finding.code == "too-fast":
        return TooFast(retry_after=60)
    return StoryClosed()
