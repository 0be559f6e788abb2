"""The lists of phrases at the desk: look, add many at once, remove, save as text, and try them on a text."""

from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Conflict, Invalid, NotFound, TertuliaError
from tertulia.domain.ids import PhraseId
from tertulia.domain.permissions import Actor
from tertulia.domain.phrases import BadPhrase, Matching, Phrase, PhraseKind
from tertulia.render import addresses, texts
from tertulia.render import phrases as render
from tertulia.render.phrases import NOTHING_TYPED, PLACE, Asked, Tried, Typed
from tertulia.services import phrases
from tertulia.web import errors
from tertulia.web.call import Call, asked, look, own_look, sent
from tertulia.web.desk.signing import frame_of

SHOWN: Final = 100
LARGEST_LISTS: Final = 2 * 1024 * 1024
"""Bytes of a form that adds phrases: as many as a site may have."""
_MARK: Final = "phrase-"


class LinesSent(Struct, frozen=True, kw_only=True):
    """Lines, and what holds for those that do not say it themselves."""

    lines: str = ""
    kind: str = PhraseKind.BANNED.value
    matching: str = Matching.WORD.value
    language: str = ""


class TextSent(Struct, frozen=True, kw_only=True):
    """A text to try the lists on."""

    text: str = ""


def show(call: Call, actor: Actor) -> Response:
    """Show the lists, or those of their phrases that were asked for."""
    return _page(call, actor)


def add(call: Call, actor: Actor) -> Response:
    """Add phrases; where a line is none, nothing is done and what was typed is still there."""
    fields = sent(call, LinesSent)
    try:
        otherwise = _otherwise(fields)
        with call.write(actor) as unit:
            count, seen = phrases.add(unit, fields.lines, otherwise=otherwise), look(call, unit)
    except (Conflict, Invalid) as refusal:
        typed = Typed(lines=fields.lines, otherwise=_otherwise(fields, is_typed=True))
        return _page(call, actor, refusal, typed=typed)
    return RedirectResponse(addresses.site(seen, PLACE, done="added", count=str(count)), status_code=303)


def remove(call: Call, actor: Actor) -> Response:
    """Remove the phrases that were marked."""
    marked = [name.removeprefix(_MARK) for name in sent(call, dict[str, str]) if name.startswith(_MARK)]
    wanted = [PhraseId(ids.decode(each)) for each in marked]
    with call.write(actor) as unit:
        count, seen = phrases.remove(unit, wanted), look(call, unit)
    return RedirectResponse(addresses.site(seen, PLACE, done="removed", count=str(count)), status_code=303)


def text(call: Call, actor: Actor) -> Response:
    """Give all phrases as a file that can be added again."""
    with call.read(actor) as unit:
        written = phrases.written(unit)
    headers = {"Content-Disposition": f'attachment; filename="phrases-{call.site}.txt"'}
    return Response(written, media_type="text/plain; charset=utf-8", headers=headers)


def try_on(call: Call, actor: Actor) -> Response:
    """Show what the lists find in a text."""
    source = sent(call, TextSent).text
    with call.read(actor) as unit:
        found = phrases.try_on(unit, source)
    tried = Tried(source=source, text=found.text, found=found.found, outcome=found.outcome, is_on=found.is_on)
    return _page(call, actor, tried=tried)


def _page(
    call: Call,
    actor: Actor,
    refusal: TertuliaError | None = None,
    *,
    typed: Typed = NOTHING_TYPED,
    tried: Tried | None = None,
) -> Response:
    before, kind = asked(call, "before"), _kind(asked(call, "kind"))
    with call.read(actor) as unit:
        listed = phrases.list_page(
            unit,
            search=asked(call, "q"),
            kind=kind,
            before=PhraseId(ids.decode(before)) if before else None,
            most=SHOWN + 1,
        )
        count, seen = phrases.count(unit), own_look(call, unit)
    page = render.page(
        seen,
        frame_of(call, actor, "phrases"),
        Asked(
            listed=listed[:SHOWN],
            count=count,
            search=asked(call, "q")[: phrases.LONGEST_SEARCH],
            kind=kind,
            next_before=ids.encode(listed[SHOWN - 1].id) if len(listed) > SHOWN else "",
        ),
        typed=typed,
        tried=tried,
        notice="" if refusal else render.done(seen.language, asked(call, "done"), asked(call, "count")),
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _kind(word: str) -> PhraseKind | None:
    """Read which list is asked for; raise `NotFound` for what is none."""
    if not word:
        return None
    if word not in set(PhraseKind):
        raise NotFound("phrase-kind", word[:60])
    return PhraseKind(word)


def _otherwise(fields: LinesSent, *, is_typed: bool = False) -> Phrase:
    """Give what holds for lines that do not say it; raise `BadPhrase` for what is not on the form."""
    if fields.kind in set(PhraseKind) and fields.matching in set(Matching):
        return Phrase(
            words="",
            kind=PhraseKind(fields.kind),
            matching=Matching(fields.matching),
            language=fields.language.strip(),
        )
    if is_typed:
        return Phrase(words="")
    raise BadPhrase(number=0, line=f"{fields.kind} {fields.matching}"[:60])
