"""Reads a WordPress export (WXR 1.0 to 1.2): items that are stories, and the comments inside them.

Elements are matched by local name, because writers disagree about the namespace.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from urllib.parse import urljoin

from tertulia.builtin import values
from tertulia.builtin.importers import wordpress_comments
from tertulia.builtin.prose import one_line, plain_paragraphs
from tertulia.builtin.xml_stream import Closed, Node, Opened, parts
from tertulia.domain.transfer import PortableRecord, PortableStory, Remark, UnreadableFile
from tertulia.plugins.contracts import ImportOptions

_CONTAINERS: Final = frozenset({"rss", "channel", "item"})
_WAITING: Final = 1000
"""Comments wait for their item's last fields, which some writers put behind them; but not all of them."""

_UNPUBLISHED: Final = frozenset({"auto-draft", "draft", "future", "pending", "private", "trash"})


@dataclass(slots=True)
class _Item:
    """What is known of the item being read."""

    stated: dict[str, str] = field(default_factory=dict)
    section: str = ""
    waiting: list[Node] = field(default_factory=list)
    has_comments: bool = False
    story_id: str | None = None
    """Known once the story was yielded."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Ids of comments that had to be told apart, as stated and as given."""

    @property
    def is_public(self) -> bool:
        """Drafts, private and binned items are in the file too; readers never saw them."""
        return self.stated.get("status", "publish") not in _UNPUBLISHED

    @property
    def where(self) -> str:
        return self.stated.get("post_id") or self.stated.get("link", "")


@dataclass(slots=True)
class _Reading:
    """What one run remembers of the file."""

    options: ImportOptions
    has_root: bool = False
    item: _Item | None = None
    names: dict[str, str] = field(default_factory=dict)
    """Display names of the site's own authors, by login."""
    channel: dict[str, str] = field(default_factory=dict)
    stories: set[str] = field(default_factory=set)
    memory: wordpress_comments.Memory = field(default_factory=wordpress_comments.Memory)


class WordPress:
    """The importer `wordpress`."""

    name = "wordpress"

    def recognises(self, head: bytes, filename: str) -> bool:  # noqa: ARG002  # files are renamed freely
        """Look for an RSS root and WordPress's own elements, whatever junk stands before."""
        text = head.replace(b"\0", b"")
        return b"<rss" in text and (b"wordpress.org/export/" in text or b"<wp:" in text)

    def read(self, file: BinaryIO, options: ImportOptions) -> Iterator[PortableRecord]:
        """Yield each item's story, then its comments."""
        reading = _Reading(options=options)
        for part in parts(file, _CONTAINERS):
            match part:
                case Remark():
                    yield part
                case Opened():
                    _open(reading, part)
                case Closed():
                    yield from _close(reading, part)
                case Node():
                    yield from _take(reading, part)
        yield from reading.memory.remarks()


def make(_settings: Mapping[str, object]) -> WordPress:
    """Make the importer; it has no settings."""
    return WordPress()


def _open(reading: _Reading, part: Opened) -> None:
    reading.has_root = reading.has_root or part.name == "rss"
    if part.name == "item":
        reading.item = _Item()


def _close(reading: _Reading, part: Closed) -> Iterator[PortableRecord]:
    item = reading.item
    if part.name == "item" and item is not None:
        reading.item = None
        yield from _finish(reading, item)


def _take(reading: _Reading, node: Node) -> Iterator[PortableRecord]:
    if not reading.has_root:
        reason = f"it begins with <{node.name}>, not with <rss>"
        raise UnreadableFile(reason, line=node.line)
    item = reading.item
    if item is None:
        _take_channel(reading, node)
    elif node.local == "comment" and node.children:
        item.has_comments = True
        item.waiting.append(node)
        if item.story_id is not None or len(item.waiting) > _WAITING:
            yield from _flush(reading, item)
    else:
        _take_field(item, node)


def _take_channel(reading: _Reading, node: Node) -> None:
    if node.local == "author" and node.children:
        login = node.child("author_login")
        reading.names[login] = one_line(node.child("author_display_name")) or login
    elif not node.children:
        reading.channel.setdefault(node.name, node.text.strip())


def _take_field(item: _Item, node: Node) -> None:
    if node.local == "category":
        if node.attributes.get("domain") == "category" and not item.section:
            item.section = one_line(node.text)
    elif not node.children and node.name != "excerpt:encoded":
        # `title` and `link` without a prefix are RSS's own; with one they are somebody else's.
        key = node.name if node.local in {"title", "link"} else node.local
        item.stated.setdefault(key, node.text.strip())


def _finish(reading: _Reading, item: _Item) -> Iterator[PortableRecord]:
    """Yield what waited; an item without comments is a story only if it is a published text."""
    if item.has_comments:
        yield from _flush(reading, item)
    elif item.stated.get("post_type", "post") not in {"post", "page"}:
        return
    elif not item.is_public:
        yield Remark(code="skipped-unpublished", where=item.where, is_skip=True)
    else:
        yield from _begin(reading, item)


def _flush(reading: _Reading, item: _Item) -> Iterator[PortableRecord]:
    if item.story_id is None:
        yield from _begin(reading, item)
    waiting, item.waiting = item.waiting, []
    for node in waiting:
        if item.story_id is None:
            yield Remark(code="skipped-no-url", where=node.child("comment_id"), is_skip=True)
        else:
            yield from wordpress_comments.entry(reading.memory, item.renamed, item.story_id, node)


def _begin(reading: _Reading, item: _Item) -> Iterator[PortableRecord]:
    """Yield the item's story, unless it has no address or came before."""
    url = _url(reading, item)
    if not url:
        yield Remark(code="skipped-no-url", where=item.where, is_skip=True)
        return
    item.story_id = item.stated.get("post_id") or url
    if item.story_id in reading.stories:
        return
    reading.stories.add(item.story_id)
    if not item.is_public:
        yield Remark(code="unpublished-story", where=item.story_id)
    yield _story(reading, item, item.story_id, url)


def _story(reading: _Reading, item: _Item, story_id: str, url: str) -> PortableStory:
    stated = item.stated
    utc = stated.get("post_date_gmt", "")
    reading.memory.notice_offset(stated.get("post_date", ""), utc)
    creator = stated.get("creator", "")
    is_readable = item.is_public and not stated.get("post_password")
    return PortableStory(
        source_id=story_id,
        url=url,
        title=one_line(stated.get("title", "")),
        section=item.section,
        author=reading.names.get(creator, one_line(creator)),
        published_at=values.moment(utc) or values.rss_moment(stated.get("pubDate", "")),
        is_closed=stated.get("comment_status") == "closed",
        is_deleted=not item.is_public,
        text=(plain_paragraphs(stated.get("encoded", "")) or None) if is_readable else None,
        language=reading.channel.get("language", ""),
    )


def _url(reading: _Reading, item: _Item) -> str:
    base = reading.channel.get("link", "")
    post_id = item.stated.get("post_id", "")
    candidates = (
        item.stated.get("link", ""),
        item.stated.get("guid", ""),
        f"/?p={post_id}" if post_id else "",
    )
    for candidate in candidates:
        url = values.web_address(_joined(base, candidate)) if candidate else ""
        if url:
            return url
    return reading.options.url or ""


def _joined(base: str, path: str) -> str:
    try:
        return urljoin(base, path)
    except ValueError:
        return ""
