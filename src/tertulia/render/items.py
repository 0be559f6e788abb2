"""One comment at the desk as templates receive it: why it is there, what stands around it, what can be done."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from markupsafe import Markup, escape

from tertulia.domain import ids
from tertulia.domain.authors import History
from tertulia.domain.comments import Comment
from tertulia.domain.ids import AuthorId
from tertulia.domain.moderation import Decision, Finding, Outcome, Status, to_undo
from tertulia.domain.queues import Holder, Queue
from tertulia.domain.stories import Story
from tertulia.render import addresses, environment, marks, profiles, rows, texts
from tertulia.render.look import Look

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST_COMPARED: Final = 800
"""Words that are compared one by one; of longer texts both are shown whole."""
MOST_COUNTED: Final = 1_000
LONGEST_EXCERPT: Final = 90
"""Characters of a comment in the line that says what was done with it."""

_STRONG_REASONS: Final = frozenset({"abuse", "hate"})
_STRONG_FINDINGS: Final = frozenset({"banned-phrase", "suspect-phrase"})
_ACTS: Final[Mapping[Status, tuple[str, ...]]] = {
    Status.HELD: ("publish", "remove"),
    Status.VISIBLE: ("seen", "hold", "remove"),
    Status.REMOVED: ("restore", "hold"),
    Status.WITHDRAWN: (),
}
"""What can be done with a comment, by where it stands; the first is what a page of them offers first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What happened to a comment since a moderator saw it: its words then and now, and decisions meanwhile."""

    before: str
    now: str
    decisions: Sequence[Decision] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A reader's flag on a comment: whose, why, and how right they were so far."""

    name: str
    author: AuthorId | None
    is_guest: bool
    reason: str
    words: str
    made_at: datetime
    is_open: bool
    upheld: int
    settled: int
    together: int
    """How many flags count as one with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A comment and all that a moderator sees beside it."""

    comment: Comment
    story: Story | None = None
    decisions: Sequence[Decision] = ()
    findings: Sequence[Finding] = ()
    text: str | None = None
    """Its plain text, where a finding has a place in it."""
    parent: Comment | None = None
    flags: Sequence[Flag] = ()
    history: History | None = None
    is_waiting: bool = False
    holder: Holder | None = None
    changes: Changes | None = None
    done: str = ""
    """What was decided a moment ago: then a line stands in the place of the item."""


def item(look: Look, each: Item, back: Mapping[str, str], now: datetime) -> dict[str, object]:
    """Prepare an item; `back` leads to the page that it is on."""
    at, comment = rows.here(look, None), each.comment
    encoded = rows.encoded(comment.id)
    return {
        "row": rows.row(at, comment),
        "html": _body(at, each),
        "id": encoded,
        "revision": comment.revision,
        "status": comment.status.value,
        "seen_at": (now - _EPOCH) // _MILLISECOND,
        "action": addresses.site(look, f"/desk/c/{encoded}", **back),
        "href": addresses.site(look, f"/desk/c/{encoded}", **back),
        "colleagues_href": addresses.site(look, f"/desk/c/{encoded}/opinions"),
        "story": _story(look, each.story),
        "context_href": _context_href(look, each),
        "parent": _parent(at, each.parent),
        "author_href": profiles.address(look, comment.author.id),
        "only_href": addresses.site(look, "/desk", **_only(back, comment.author.id)),
        "flags": [_flag(look, flag) for flag in each.flags],
        "is_strong": _is_strong(each),
        "history": _history(look.language, each.history),
        "why": _why(look.language, each),
        "decisions": [_decision(look.language, made) for made in _told(each.decisions)],
        "acts": [(act, texts.act(look.language, act)) for act in _acts(each)],
        "can_undo": comment.status is not Status.WITHDRAWN and to_undo(each.decisions) is not None,
        "is_waiting": each.is_waiting,
        "holder": each.holder,
        "changes": _changes(look.language, each.changes),
        "excerpt": rows.body(at.root, comment.html).striptags()[:LONGEST_EXCERPT] if each.done else "",
        "done": texts.done(look.language, each.done) if each.done else "",
    }


def moment_of(milliseconds: int) -> datetime:
    """Read when a page was shown, as its forms say it; what cannot be was never."""
    return _EPOCH + timedelta(milliseconds=max(0, min(milliseconds, 1 << 42)))


def _acts(each: Item) -> tuple[str, ...]:
    acts = _ACTS[each.comment.status]
    # Flags on what everybody sees are answered by a decision, not by having looked.
    if each.comment.status is Status.VISIBLE and each.is_waiting:
        return ("publish", *acts[1:])
    return acts


def _body(at: rows.Here, each: Item) -> Markup:
    comment = each.comment
    if comment.status is Status.WITHDRAWN:
        return _gone(at, comment)
    if each.text is None:
        return rows.body(at.root, comment.html)
    marked = marks.in_html(comment.html, each.text, each.findings)
    if marked is not None:
        return rows.body(at.root, marked)
    return Markup('<p class="desk-plain">{}</p>').format(marks.in_text(each.text, each.findings))


def _gone(at: rows.Here, comment: Comment) -> Markup:
    """Stand in the place of words that their author took back: they are nobody's to read, here neither."""
    return Markup('<p class="tt-hint">{}</p>').format(texts.tombstone(at.language, comment))


def _story(look: Look, story: Story | None) -> dict[str, str] | None:
    if story is None:
        return None
    return {
        "href": addresses.story(look, story),
        "title": story.title or story.url,
        "section": story.section,
    }


def _context_href(look: Look, each: Item) -> str:
    """Address where it stands in its discussion; what was never public has the place of what it answers."""
    if each.comment.is_listed:
        return addresses.comment(look, each.comment)
    if each.parent is not None and each.parent.is_listed:
        return addresses.comment(look, each.parent)
    return addresses.story(look, each.story) if each.story else ""


def _parent(at: rows.Here, parent: Comment | None) -> dict[str, object] | None:
    if parent is None:
        return None
    is_gone = parent.status is Status.WITHDRAWN
    shown = _gone(at, parent) if is_gone else rows.body(at.root, parent.html)
    # Who took a comment back is not named by its replies either.
    return {"name": "" if is_gone else parent.author.name, "html": shown}


def _history(language: str, history: History | None) -> str:
    if history is None:
        return ""
    number = environment.number(language, history.comments)
    told = [
        texts.ngettext("%(n)s comment", "%(n)s comments", history.comments, language)
        if history.comments < MOST_COUNTED
        else texts.gettext("%(number)s or more comments", language, number=number),
        *_since(language, history),
        texts.ngettext("%(n)s approved", "%(n)s approved", history.approved, language),
        texts.ngettext("%(n)s removed", "%(n)s removed", history.removed, language),
    ]
    return " · ".join(told)


def _since(language: str, history: History) -> list[str]:
    if history.since is None:
        return []
    day = environment.day(language, history.since.date().toordinal())
    return [texts.gettext("since %(day)s", language, day=day)]


def _why(language: str, each: Item) -> list[str]:
    """Say why a comment is held; nothing for what is not."""
    if each.comment.status is not Status.HELD:
        return []
    last = each.decisions[-1] if each.decisions else None
    if last is not None and last.is_by_person:
        return [texts.gettext("Held by %(name)s.", language, name=last.made_by), *_noticed(language, each)]
    if each.findings:
        return _noticed(language, each)
    if each.comment.origin:
        return [texts.gettext("It was waiting for a decision where it was imported from.", language)]
    return [texts.gettext("Held because this site reads everything first.", language)]


def _noticed(language: str, each: Item) -> list[str]:
    return [_finding(language, noticed) for noticed in each.findings]


def _finding(language: str, noticed: Finding) -> str:
    said = texts.finding(language, noticed)
    if noticed.strength >= 1:
        return said
    percent = environment.number(language, round(100 * noticed.strength))
    return texts.gettext("%(what)s (%(percent)s %%)", language, what=said, percent=percent)


def _told(decisions: Sequence[Decision]) -> Sequence[Decision]:
    """Leave out a rule's first decision where it stands alone: why it was taken is said already."""
    return () if len(decisions) == 1 and not decisions[0].is_by_person else decisions


def _only(back: Mapping[str, str], author: AuthorId) -> dict[str, str]:
    """Give what narrows the same queue to one author."""
    which = Queue.ALL.value if back.get("queue") == Queue.DECIDED else back.get("queue", "")
    return {"queue": which, "author": ids.encode(author)}


def _is_strong(each: Item) -> bool:
    """Whether its words may be more than one wants to read unasked."""
    return any(flag.is_open and flag.reason in _STRONG_REASONS for flag in each.flags) or any(
        noticed.code in _STRONG_FINDINGS for noticed in each.findings
    )


def _flag(look: Look, flag: Flag) -> dict[str, object]:
    language = look.language
    told = [texts.reason(language, flag.reason)]
    if flag.settled:
        told.append(texts.right_so_far(language, flag.upheld, flag.settled))
    if flag.together > 1:
        told.append(texts.together(language, flag.together))
    return {
        "name": flag.name or texts.gettext("a reader without a name", language),
        "href": profiles.address(look, flag.author) if flag.author is not None else "",
        "is_guest": flag.is_guest,
        "told": told,
        "words": flag.words,
        "made_at": flag.made_at,
        "is_open": flag.is_open,
    }


def _decision(language: str, made: Decision) -> dict[str, object]:
    has_reason = made.outcome in (Outcome.REMOVE, Outcome.REJECT) and made.reason
    return {
        "outcome": texts.outcome(language, made.outcome),
        "is_undo": made.undoes is not None,
        "reason": texts.reason(language, made.reason) if has_reason else "",
        "made_by": made.made_by if made.is_by_person else texts.gettext("rules", language),
        "made_at": made.made_at,
        "words": made.words,
        "law": made.law,
        "findings": [_finding(language, noticed) for noticed in made.findings],
    }


def _changes(language: str, changes: Changes | None) -> dict[str, object] | None:
    if changes is None:
        return None
    is_reworded = changes.before != changes.now
    return {
        "words": _compared(changes.before, changes.now) if is_reworded else "",
        "decisions": [_decision(language, made) for made in changes.decisions],
    }


def _compared(before: str, now: str) -> Markup:
    """Show what went and what came, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(now)
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return Markup("<del>{}</del> <ins>{}</ins>").format(before, now)
    shown = Markup("")
    for kind, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            shown += escape("".join(old[a:b]))
            continue
        if b > a:
            shown += Markup("<del>{}</del>").format("".join(old[a:b]))
        if d > c:
            shown += Markup("<ins>{}</ins>").format("".join(new[c:d]))
    return shown
