"""Second opinions at the desk: what one is asked, and what colleagues said and noted about one comment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import Account
from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.opinions import LONGEST, OUTCOMES, Opinion
from tertulia.domain.remarks import Remark, RemarkId
from tertulia.domain.stories import Story
from tertulia.render import addresses, environment, profiles, remarks, rows, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look

PATH: Final = "/desk/opinions"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a moderator is asked, with the comments that it is about."""

    opinions: Sequence[Opinion]
    comments: Mapping[CommentId, Comment]
    stories: Mapping[StoryId, Story]


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """What colleagues said and noted about one comment."""

    comment: Comment
    story: Story
    opinions: Sequence[Opinion]
    remarks: Sequence[Remark]
    own_remarks: Collection[RemarkId]
    colleagues: Sequence[Account]
    typed: str = ""


def asked(look: Look, at: Frame, of: Asked, *, notice: str = "", error: str = "") -> str:
    """Show what a moderator is asked, with a form to answer each."""
    return environment.render(
        look.language,
        "desk/opinions.html",
        **frame(look, at),
        asked=[
            {
                "opinion": each,
                "key": ids.encode(each.id),
                "is_for_me": each.asked_of is not None,
                "subject": subject(look, comment, of.stories[comment.story_id]),
                "talk_href": remarks.talk_address(look, comment.id),
            }
            for each in of.opinions
            if (comment := of.comments.get(each.comment_id)) is not None
        ],
        outcomes=_outcomes(look.language),
        longest=LONGEST,
        action=addresses.site(look, PATH),
        notice=notice,
        error=error,
    )


def talk(look: Look, at: Frame, of: Talk, *, notice: str = "", error: str = "") -> str:
    """Show what colleagues said about a comment, and the forms to ask one and to note something."""
    here = f"/desk/c/{ids.encode(of.comment.id)}"
    return environment.render(
        look.language,
        "desk/colleagues.html",
        **frame(look, at),
        subject=subject(look, of.comment, of.story),
        opinions=[_opinion(look.language, each) for each in of.opinions],
        colleagues=[(ids.encode(each.id), name_of(look, each)) for each in of.colleagues],
        ask_action=addresses.site(look, f"{here}/opinions"),
        remarks=remarks.shown(look, of.remarks, of.own_remarks),
        remark_action=addresses.site(look, f"{here}/remarks"),
        author_href=profiles.address(look, of.comment.author.id),
        typed=of.typed,
        longest=LONGEST,
        notice=notice,
        error=error,
    )


def subject(look: Look, comment: Comment, story: Story) -> dict[str, object]:
    """Prepare a comment for the desk's pages about it."""
    at = rows.here(look, story)
    return {
        "row": rows.row(at, comment),
        "html": rows.body(at.root, comment.html),
        "status": texts.status(look.language, comment.status),
        "title": story.title or story.url,
        "story_href": addresses.story(look, story),
        "href": addresses.comment(look, comment),
    }


def name_of(look: Look, colleague: Account) -> str:
    """Name a colleague: by the public name, or else by role and number."""
    return colleague.name or f"{texts.role(look.language, colleague.role)} {ids.encode(colleague.id)}"


def done(language: str, what: str) -> str:
    """Say what was done a moment ago; empty for a word that nobody of us wrote."""
    said = {
        "asked": texts.gettext(
            "It is asked. The comment stays where it is until somebody decides.", language
        ),
        "answered": texts.gettext("Thank you, your answer stands with the comment.", language),
        "remarked": texts.gettext("It is noted.", language),
        "unremarked": texts.gettext("The remark is gone.", language),
    }
    return said.get(what, "")


def _opinion(language: str, of: Opinion) -> dict[str, object]:
    return {"opinion": of, "outcome": texts.advised(language, of.outcome) if of.outcome else ""}


def _outcomes(language: str) -> list[tuple[str, str]]:
    return [(each.value, texts.advised(language, each)) for each in OUTCOMES]
