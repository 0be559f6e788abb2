"""Comments as templates receive them: finished words, finished answers, nothing left to decide."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from markupsafe import Markup, escape

from tertulia.domain import ids, permissions
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.comments import Comment
from tertulia.domain.moderation import Status
from tertulia.domain.stories import Story
from tertulia.domain.threads import PAGE_LEVELS, Node
from tertulia.domain.transfer import LinkKind
from tertulia.render import addresses, avatars, environment, texts
from tertulia.render.look import Look

encoded: Final = lru_cache(maxsize=8192)(ids.encode)
"""Ids recur as parents and threads, and in the next rendering of the same page."""
_escaped: Final = lru_cache(maxsize=1024)(escape)
"""For what recurs: the escaping itself is in C, what stands around it is not."""
NOTHING: Final = Markup("")


@dataclass(frozen=True, kw_only=True, slots=True)
class Here:
    """What all comments of one rendering share. `ask` carries a language other than the site's."""

    look: Look
    language: str
    root: Markup
    ask: Markup
    also: Markup
    came_from: str
    can_write: bool
    top_depth: int
    """Depth of the comments at the left edge."""
    highlighted: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """How the one person for whom a comment is rendered stands to it. Fragments for everybody know of none."""

    is_own: bool = False
    is_of_another: bool = False
    """Somebody else wrote it, to a person who may mute them."""
    is_unread: bool = False
    is_muted: bool = False


EVERYBODY: Final = Sight()
OWN: Final = Sight(is_own=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One comment. All its text is `Markup`: escaped here, once, and put into the page as it is."""

    id: str
    revision: int
    attributes: Markup
    """What the browser is told of the comment, as attributes of its element."""
    created: str
    when: Markup
    author: Markup
    author_href: Markup
    """Where their public page is; empty where they have none."""
    picture: Markup
    is_guest: bool
    badges: tuple[Markup, ...]
    parent: str
    to: Markup
    is_orphan: bool
    is_edited: bool
    is_inferred: bool
    is_waiting: bool
    """It waits for a moderator, and this is its author's own sight of it."""
    gone: Markup
    """The sentence that stands in the place of a text that is not shown."""
    html: Markup
    can_reply: bool
    flag_href: Markup
    """Where it is flagged, for everybody alike; empty where there is nothing to flag."""
    muting: Markup
    """Attributes of the link by which its author is muted without JavaScript; empty where there is none."""
    why_href: Markup = NOTHING
    """Where its author reads why it waits or is gone; for nobody else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """One comment with its replies, and the links to those that are not here."""

    row: Row
    replies: tuple["Branch", ...]
    more: Markup
    more_after: str
    onward: Markup
    """Words of *continue this thread*."""
    onward_href: Markup


def here(
    look: Look,
    story: Story | None,
    *,
    came_from: str = "",
    top_depth: int = 0,
    highlighted: int | None = None,
) -> Here:
    """Say once what all comments of a rendering share."""
    asks = look.language != look.site.language
    return Here(
        look=look,
        language=look.language,
        root=_escaped(addresses.root(look)),
        ask=_escaped(f"?lang={look.language}") if asks else NOTHING,
        also=_escaped(f"&lang={look.language}") if asks else NOTHING,
        came_from=came_from,
        can_write=(story is None or story.is_open) and not look.policy.is_read_only,
        top_depth=top_depth,
        highlighted=highlighted,
    )


def branch(at: Here, node: Node) -> Branch:
    """Prepare a comment and its replies. Recursive: the trees of a page have few levels."""
    comment, hidden = node.comment, node.hidden_replies
    is_cut = bool(hidden) and not node.replies and comment.depth - at.top_depth >= PAGE_LEVELS
    return Branch(
        row=row(at, comment),
        replies=tuple([branch(at, reply) for reply in node.replies]),
        more=more_words(at.language, hidden, bool(node.replies)) if hidden and not is_cut else NOTHING,
        more_after=encoded(node.more_after) if node.more_after else "",
        onward=_onward_words(at.language, hidden) if is_cut else NOTHING,
        onward_href=escape(addresses.comment(at.look, comment, came_from=at.came_from))
        if is_cut
        else NOTHING,
    )


def row(at: Here, comment: Comment, *, sight: Sight = EVERYBODY) -> Row:
    """Prepare one comment. Its author sees the text while it waits for a moderator."""
    language, author, created = at.language, comment.author, comment.created_at
    is_waiting, is_unread = sight.is_own and comment.status is Status.HELD, sight.is_unread
    gone = NOTHING if is_waiting else _escaped(texts.tombstone(language, comment))
    if sight.is_muted and not gone:
        gone = _muted_words(language)
    written = "" if created is None else environment.iso(created)
    classes = _classes(bool(gone), comment.id == at.highlighted, is_waiting, is_unread)
    badges = [escape(texts.badge(language, code)) for code in author.badges]
    return Row(
        id=encoded(comment.id),
        revision=comment.revision,
        attributes=_attributes(comment, classes, written, author="" if gone else face_of(comment)),
        created=written,
        when=NOTHING if created is None else escape(environment.moment(language, created)),
        author=escape(author.name),
        author_href=escape(addresses.author(at.look, author)) if has_page(at.look, author) else NOTHING,
        picture=NOTHING if gone else avatars.of_author(at.look, author),
        is_guest=author.kind is AuthorKind.GUEST,
        badges=tuple([*badges, _unread_word(language)] if is_unread else badges),
        parent=encoded(comment.parent_id) if comment.parent_id is not None else "",
        to=escape(comment.parent_name) if comment.parent_name else NOTHING,
        is_orphan=comment.parent_id is None and comment.stated_parent is not None,
        is_edited=comment.edited_at is not None,
        is_inferred=comment.link is LinkKind.INFERRED,
        is_waiting=is_waiting,
        gone=gone,
        html=NOTHING if gone else body(at.root, comment.html),
        flag_href=NOTHING if gone or sight.is_own else _flag_href(at, comment),
        can_reply=at.can_write and permissions.may_reply(comment),
        muting=_muting(at, comment, sight) if author.name and not gone else NOTHING,
    )


def has_page(look: Look, author: Author) -> bool:
    """Whether an author has a public page. A guest has none: nobody knows whether one secret is one person."""
    return look.policy.author_pages and bool(author.name) and author.kind is not AuthorKind.GUEST


def face_of(comment: Comment) -> str:
    """Give the public id of who wrote a comment; empty for a face without a name.

    Who took their name away left words that nothing is to lead together, and of those whom an import could not name
    one face may stand for many.
    """
    return encoded(comment.author.id) if comment.author.name else ""


def _muting(at: Here, comment: Comment, sight: Sight) -> Markup:
    """Lead to the page where the author is muted, from where a person reads for themselves or looks at one comment."""
    if sight.is_of_another:
        return Markup('href="{}"').format(mute_href(at.look, comment))
    if comment.id == at.highlighted and not sight.is_own:
        # For everybody alike: with scripts whoever is signed in has a button instead.
        return Markup('href="{}" hidden').format(mute_href(at.look, comment))
    return NOTHING


def _flag_href(at: Here, comment: Comment) -> Markup:
    # Our own address and id only, and the language is escaped already: nothing here needs escaping.
    return Markup(f"{at.root}/c/{encoded(comment.id)}/flag{at.ask}")  # noqa: S704  # nosec B704


def mute_href(look: Look, comment: Comment) -> str:
    """Address the page where a comment's author is muted."""
    return addresses.site(look, "/me/muted", comment=encoded(comment.id))


def _attributes(comment: Comment, classes: str, created: str, *, author: str) -> Markup:
    own = encoded(comment.id)
    parent = encoded(comment.parent_id) if comment.parent_id is not None else ""
    by = f' data-author="{author}"' if author else ""
    # Our own ids, numbers and words only: nothing here needs escaping.
    return Markup(  # noqa: S704  # nosec B704
        f'class="tt-comment{classes}" id="comment-{own}" data-comment="{own}" data-parent="{parent}"{by}'
        f' data-root="{encoded(comment.root_id)}" data-revision="{comment.revision}"'
        f' data-depth="{comment.depth}" data-created="{created}" data-status="{comment.status.value}"'
        f' tabindex="-1" aria-labelledby="by-{own}"'
    )


def body(root: str, html: str) -> Markup:
    """Give a stored body for showing: it links to quoted comments by `#comment-ID`, wherever it is shown."""
    if 'href="#comment-' in html:
        html = html.replace('href="#comment-', f'href="{escape(root)}/c/')
    # The store holds sanitised HTML only: `services/markup.py` is the one place where it is made.
    return Markup(html)  # noqa: S704  # nosec B704


@cache
def _classes(*flags: bool) -> str:
    names = ("tt-tombstone", "tt-highlight", "tt-waiting", "tt-unseen")
    return "".join(f" {name}" for name, flag in zip(names, flags, strict=True) if flag)


@cache
def _muted_words(language: str) -> Markup:
    return escape(texts.gettext("By somebody whom you mute.", language))


@cache
def _unread_word(language: str) -> Markup:
    return escape(texts.gettext("New", language))


@lru_cache(maxsize=1024)
def more_words(language: str, hidden: int, has_some: bool) -> Markup:  # noqa: FBT001 (a key of the cache)
    """Word the link to replies that are not shown."""
    if has_some:
        words = texts.ngettext("Show %(n)s more reply", "Show %(n)s more replies", hidden, language)
    else:
        words = texts.ngettext("Show %(n)s reply", "Show %(n)s replies", hidden, language)
    return escape(words)


@lru_cache(maxsize=1024)
def _onward_words(language: str, hidden: int) -> Markup:
    return escape(
        texts.ngettext(
            "Continue this thread (%(n)s reply)", "Continue this thread (%(n)s replies)", hidden, language
        )
    )
