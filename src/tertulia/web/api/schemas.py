"""What programs send and get: the shapes of the JSON API, and nothing that turns one into another.

Names and texts here are public words: they stand in the OpenAPI document, and changing one breaks programs.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from tertulia.domain import ids
from tertulia.domain.authors import AuthorKind
from tertulia.domain.comments import PostState
from tertulia.domain.flags import LONGEST_WORDS, State
from tertulia.domain.moderation import Status
from tertulia.domain.ranking import Sort
from tertulia.domain.stories import LONGEST_URL
from tertulia.domain.transfer import LinkKind
from tertulia.services.screening import LONGEST_BODY
from tertulia.services.stories import LONGEST_TITLE, MOST_COUNTS

LONGEST_NAME = 200
"""Characters of a name that are looked at at all; the policy's limit is lower."""
LONGEST_CURSOR = 80
MOST_COMMENTS = 200
MOST_STORIES = 100

PublicId = Annotated[
    str,
    Meta(
        pattern="^[0-7][0-9a-hjkmnp-tv-z]{12}$",
        min_length=ids.PUBLIC_LENGTH,
        max_length=ids.PUBLIC_LENGTH,
        description="Public id: thirteen characters; ids sort by time.",
        examples=["1hj60h1g00000"],
    ),
]
Moment = Annotated[datetime, Meta(tz=True, description="A point in time, UTC.")]
CursorText = Annotated[
    str,
    Meta(
        pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{12}(\.[0-9]{1,9}\.[0-9a-f]{1,13})?$",
        min_length=ids.PUBLIC_LENGTH,
        max_length=LONGEST_CURSOR,
        description="Opaque: `next` of the answer before.",
    ),
]
StoryCursor = Annotated[
    str,
    Meta(
        pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{12}\.0\.[1-9a-f][0-9a-f]{0,12}$",
        max_length=LONGEST_CURSOR,
        description="Opaque: `next` of the answer before.",
    ),
]
Url = Annotated[str, Meta(min_length=1, max_length=LONGEST_URL, description="Address of a story.")]
Urls = Annotated[list[Url], Meta(min_length=1, max_length=MOST_COUNTS, description="May be repeated.")]
Body = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_BODY,
        description="Markdown without raw HTML and images. The site's policy sets a lower limit.",
    ),
]
Reconsidered = Annotated[
    bool,
    Meta(
        description="The writer was asked to reconsider, by the error `reconsider`, and sends it all the same."
    ),
]
Name = Annotated[
    str,
    Meta(
        max_length=LONGEST_NAME,
        description="Public name; needed with a first comment, unless an account has one.",
    ),
]

Guest = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9_-]{43}$",
        min_length=43,
        max_length=43,
        description="A guest's own random secret, 32 bytes as base64url: who has it may edit and withdraw."
        " Not needed where `Authorization` says who asks.",
    ),
]
Key = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern="^[A-Za-z0-9_.~+/=-]*$",
        description="New for each comment: the same key again gives the first result.",
    ),
]


class FlagDraft(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Why a comment is flagged."""

    reason: Annotated[
        str,
        Meta(
            min_length=1, max_length=40, description="One of the site's `flag_reasons`.", examples=["abuse"]
        ),
    ]
    words: Annotated[str, Meta(max_length=LONGEST_WORDS, description="What is wrong, in a sentence.")] = ""


class Flag(Struct, kw_only=True, frozen=True):
    """Your own flag on a comment."""

    comment: PublicId
    reason: str
    state: State


class AskerKind(StrEnum):
    """As whom somebody asks."""

    GUEST = "guest"
    ACCOUNT = "account"


class Author(Struct, kw_only=True, frozen=True):
    """The public face of whoever wrote. All is empty where an author withdrew the comment."""

    name: Annotated[str, Meta(description="Empty when it is not known or withheld.")]
    kind: AuthorKind | None
    badges: list[str]


class Link(Struct, kw_only=True, frozen=True):
    """How it is known to whom a comment answers."""

    kind: LinkKind
    confidence: Annotated[
        float | None, Meta(description="Probability of an inferred link, 0 to 1; null when it was stated.")
    ]


class Comment(Struct, kw_only=True, frozen=True):
    """One comment. Of a removed, withdrawn or held one only its place is told: `html` is empty."""

    id: PublicId
    story: PublicId
    parent: Annotated[PublicId | None, Meta(description="The comment it answers; null on top comments.")]
    root: Annotated[PublicId, Meta(description="The top comment of its thread.")]
    depth: Annotated[int, Meta(ge=0)]
    author: Author
    html: Annotated[str, Meta(description="Safe HTML; empty unless the comment is visible or your own.")]
    text: Annotated[
        str | UnsetType, Meta(description="The same as plain text; where `text=true` was asked for.")
    ] = UNSET
    status: Status
    reason: Annotated[str | None, Meta(description="Reason class of a removal.")]
    created_at: Moment | None
    edited_at: Moment | None
    revision: Annotated[int, Meta(ge=1, description="Moves with every change of this comment.")]
    language: Annotated[str | None, Meta(description="Language of the words, where it is known.")]
    child_count: Annotated[int, Meta(ge=0, description="Direct replies.")]
    reply_count: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="All replies below; null on comments that are replies."),
    ]
    link: Link
    url: Annotated[str, Meta(description="The page that shows the comment in its context.")]


class Story(Struct, kw_only=True, frozen=True):
    """The thing discussed, known by its URL."""

    id: PublicId
    url: Annotated[str, Meta(description="Canonical address of the story.")]
    title: str
    section: str
    author: str
    published_at: Moment | None
    is_open: Annotated[bool, Meta(description="Whether comments are taken.")]
    comment_count: Annotated[int, Meta(ge=0)]
    revision: Annotated[int, Meta(ge=0, description="Moves with every change readers can see.")]
    language: Annotated[str | None, Meta(description="Null where it is the site's.")]
    is_recovered: Annotated[bool, Meta(description="Read from flat text: replies are inferred.")]
    discussion_url: Annotated[str, Meta(description="The page of the discussion.")]
    last_comment_at: Annotated[Moment | UnsetType, Meta(description="In lists only.")] = UNSET


class Node(Struct, kw_only=True, frozen=True):
    """A comment with those of its replies that are in this answer, oldest first."""

    comment: Comment
    replies: list["Node"]
    hidden_replies: Annotated[int, Meta(ge=0, description="Direct replies that are not in this answer.")]
    more_after: Annotated[
        PublicId | None, Meta(description="`after` for the replies that are not here; null when none is.")
    ]


class StoryList(Struct, kw_only=True, frozen=True):
    """Stories with comments, the last discussed first."""

    stories: list[Story]
    next: StoryCursor | None


class ThreadPage(Struct, kw_only=True, frozen=True):
    """A page of a discussion: threads with their first replies."""

    story: Story
    sort: Sort
    threads: list[Node]
    next: CursorText | None


class CommentList(Struct, kw_only=True, frozen=True):
    """Comments of a story without their tree, oldest first."""

    comments: list[Comment]
    next: PublicId | None


class Context(Struct, kw_only=True, frozen=True):
    """A comment in its place: its nearest ancestors (the farthest first), itself and its replies."""

    story: Story
    ancestors: list[Comment]
    ancestors_left_out: Annotated[int, Meta(ge=0)]
    thread: Node


class ReplyPage(Struct, kw_only=True, frozen=True):
    """Further direct replies of one comment, each with its own first replies."""

    parent: Comment
    replies: list[Node]
    hidden_replies: Annotated[int, Meta(ge=0, description="Direct replies after these.")]
    next: PublicId | None


class Counts(Struct, kw_only=True, frozen=True):
    """Numbers of comments by URL as it was sent; an unknown one counts zero."""

    counts: dict[str, Annotated[int, Meta(ge=0)]]


class Draft(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A comment to be posted under a known story."""

    body: Body
    name: Name = ""
    parent: PublicId | None = None
    reconsidered: Reconsidered = False


class StoryDraft(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A comment to be posted under the story at a URL, which becomes known by its first comment."""

    url: Url
    title: Annotated[
        str,
        Meta(max_length=LONGEST_TITLE, pattern="^[^\\u0000-\\u001f\\u007f]*$", description="Of a new story."),
    ] = ""
    body: Body
    name: Name = ""
    parent: PublicId | None = None
    reconsidered: Reconsidered = False


class NewWording(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """New words of a comment."""

    body: Body
    reconsidered: Reconsidered = False


class Wording(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Words to be previewed."""

    body: Body


class Posted(Struct, kw_only=True, frozen=True):
    """What became of a draft or an edit. A held comment waits for a moderator and only you see it."""

    state: PostState
    comment: Comment
    is_repeat: Annotated[bool, Meta(description="The idempotency key was used before: the first result.")]
    edit_until: Annotated[Moment | None, Meta(description="Until when you may edit it.")]


class OwnComments(Struct, kw_only=True, frozen=True):
    """Your latest comments under a story, also those that wait for a moderator; newest first."""

    comments: list[Comment]


class OwnPage(Struct, kw_only=True, frozen=True):
    """What you wrote under any story, whatever became of it; newest first."""

    comments: list[Comment]
    next: PublicId | None


class Me(Struct, kw_only=True, frozen=True):
    """Who asks, as the server knows them."""

    kind: Annotated[AskerKind, Meta(description="`account` with a token, `guest` with a secret.")]
    name: Annotated[str, Meta(description="Public name; empty before the first comment.")]
    badges: list[str]
    may_write: Annotated[
        bool, Meta(description="Whether this site takes comments from you now, and so asked.")
    ]


class Preview(Struct, kw_only=True, frozen=True):
    """The words as they will be shown."""

    html: str
