"""Our own JSON Lines, version 1: a header, then one object a line, told apart by the field `record`.

Shared by the importer and the exporter `native`. A field that has its default is left out; keys keep the order
in which they stand here. An author's e-mail address has no field: it does not leave by this door.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

LONGEST_LINE: Final = 1024 * 1024

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Header(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="tertulia", forbid_unknown_fields=True
):
    """The first line. Version and site are always written."""

    version: int
    site: str = ""
    name: str = ""
    exported_at: str = ""


class Story(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="record",
    tag="story",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """A thing discussed."""

    id: Id
    url: str
    title: str = ""
    section: str = ""
    author: str = ""
    published_at: Moment | None = None
    closed: bool = False
    deleted: bool = False
    text: str | None = None
    language: str = ""


class Author(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who wrote a comment."""

    id: str | None = None
    name: str = ""
    url: str = ""
    badges: tuple[str, ...] = ()
    anonymous: bool = False


class Edit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An earlier wording."""

    body: str
    replaced_at: Moment | None = None


class Comment(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="record",
    tag="comment",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """One comment, pingback or system entry; a reply names its parent, which may stand further down."""

    id: Id
    story: Id
    parent: Id | None = None
    author: Author | None = None
    created_at: Moment | None = None
    edited_at: Moment | None = None
    body: str = ""
    kind: Literal["markdown", "html", "plain"] = "markdown"
    state: Literal["visible", "pending", "spam", "removed", "withdrawn"] = "visible"
    reason: str = ""
    public: bool = True
    entry: Literal["comment", "pingback", "system"] = "comment"
    position: int | None = None
    link: Literal["stated", "inferred"] = "stated"
    confidence: Probability | None = None
    language: str = ""
    edits: tuple[Edit, ...] = ()
    extra: dict[str, str] = {}


Line = Header | Story | Comment
