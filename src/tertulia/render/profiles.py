"""The desk's page of an author: who they are, what was done to them, what they wrote, and the forms to act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.ids import AuthorId
from tertulia.domain.profiles import Profile
from tertulia.domain.sanctions import LONGEST_SILENCE, RESTRICTIONS, Sanction
from tertulia.domain.traces import Hint
from tertulia.render import addresses, environment, remarks, rows, sentences, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look

PATH: Final = "/desk/authors"


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What stands in the form to act."""

    kind: str = ""
    reason: str = ""
    words: str = ""
    days: str = ""
    everywhere: str = ""
    comments: str = ""


NOTHING_TYPED: Final = Typed()


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the page says about what was done a moment ago, or refused, with what was typed."""

    notice: str = ""
    error: str = ""
    typed: Typed = NOTHING_TYPED


def page(look: Look, at: Frame, of: Profile, *, most_counted: int, said: Said) -> str:
    """Show an author to a moderator, and what they may do to them."""
    here = f"{PATH}/{ids.encode(of.author.id)}"
    return environment.render(
        look.language,
        "desk/author.html",
        **frame(look, at),
        profile=of,
        name=of.author.name,
        kind=texts.author_kind(look.language, of.author.kind),
        role=texts.role(look.language, of.role) if of.role else "",
        badges=[texts.badge(look.language, code) for code in of.author.badges],
        person_href=addresses.site(look, f"/desk/people/{ids.encode(of.account_id)}")
        if of.account_id
        else "",
        count=_count(look.language, of.comment_count, most=most_counted),
        current=_sanction(look, of.current) if of.current else None,
        sanctions=[
            {**_sanction(look, each), "can_lift": each.id in of.allowed.liftable} for each in of.sanctions
        ],
        placed=[_placed(look, of, each) for each in of.comments],
        kinds=[(kind.value, *texts.sanction_kind(look.language, kind)) for kind in of.allowed.kinds],
        can_restrict=any(kind in RESTRICTIONS for kind in of.allowed.kinds),
        reasons=[(code, texts.reason(look.language, code)) for code in sentences.REASONS],
        longest_silence=LONGEST_SILENCE,
        seen=ids.encode(of.sanctions[0].id) if of.sanctions else "",
        action=addresses.site(look, here),
        audit_href=addresses.site(look, f"{here}/audit"),
        lift_action=addresses.site(look, f"{here}/lift"),
        first_href=address(look, of.author.id) if of.after else "",
        next_href=address(look, of.author.id, after=of.next_after) if of.next_after else "",
        hints=hints(look, of.hints),
        remarks=remarks.shown(look, of.remarks, of.own_remarks),
        remark_action=addresses.site(look, f"{here}/remarks"),
        said=said,
        typed=said.typed,
    )


def address(look: Look, author_id: AuthorId, *, after: str = "", done: str = "") -> str:
    """Address an author's page at the desk."""
    return addresses.site(look, f"{PATH}/{ids.encode(author_id)}", after=after, done=done)


def done(language: str, what: str) -> str:
    """Say what was done a moment ago; empty for a word that nobody of us wrote."""
    said = {
        "imposed": texts.gettext("It is done, and the author finds it on their own page.", language),
        "remarked": texts.gettext("It is noted.", language),
        "unremarked": texts.gettext("The remark is gone.", language),
        "lifted": texts.gettext("It is lifted.", language),
    }
    return said.get(what, "")


def hints(look: Look, found: Sequence[Hint]) -> list[dict[str, object]]:
    """Prepare hints at banned people for `desk/_hints.html`."""
    return [
        {
            "hint": each,
            "href": address(look, each.author_id),
            "signs": [texts.sign(look.language, sign) for sign in each.signs],
        }
        for each in found
    ]


def _sanction(look: Look, of: Sanction) -> dict[str, object]:
    name, _ = texts.sanction_kind(look.language, of.kind)
    return {
        "key": ids.encode(of.id),
        "name": name,
        "reason": texts.reason(look.language, of.reason) if of.reason else "",
        "is_lasting": of.kind in RESTRICTIONS,
        "by": "" if of.origin_id else of.made_by,
        "of": of,
    }


def _placed(look: Look, of: Profile, comment: Comment) -> dict[str, object]:
    story = of.stories[comment.story_id]
    at = rows.here(look, story)
    return {
        "row": rows.row(at, comment),
        "html": rows.body(at.root, comment.html),
        "status": texts.status(look.language, comment.status),
        "code": comment.status.value,
        "reason": texts.reason(look.language, comment.reason) if comment.reason else "",
        "title": story.title or story.url,
        "story_href": addresses.story(look, story),
        "href": addresses.comment(look, comment),
        "talk_href": remarks.talk_address(look, comment.id),
    }


def _count(language: str, count: int, *, most: int) -> str:
    number = environment.number(language, count)
    return f"{number}+" if count >= most else number
