"""One request as a view receives it in its worker thread: read, bounded, and asked for by name."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from starlette.requests import Request

from tertulia.domain import ids
from tertulia.domain.errors import Invalid
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.permissions import NOBODY, Actor
from tertulia.domain.policy import Policy
from tertulia.domain.ranking import Sort
from tertulia.render import environment
from tertulia.render.look import Look
from tertulia.services.unit import Unit
from tertulia.web import headers
from tertulia.web.known import Known
from tertulia.web.parts import Parts

LONGEST_VALUE: Final = 2_500
"""Characters of one query parameter; a story's URL has two thousand at most."""
MOST_FIELDS: Final = 200
"""Fields of one form: the policy has some fifty choices, a page of a list a hundred marks."""

Sent = TypeVar("Sent")


class Unreadable(Invalid):
    """A body that is not what its media type says."""

    code = "unreadable"


class UnknownMediaType(Unreadable):
    """A body of a kind that is not taken here."""

    code = "unknown-media-type"


class TooLarge(Invalid):
    """A body of more bytes than are taken here."""

    code = "too-large"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A request, its body, and the parts of the house."""

    parts: Parts
    request: Request
    body: bytes = b""
    _counted: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        """Key of the site in the address; empty where there is none."""
        return str(self.request.path_params.get("site", ""))

    def read(self, actor: Actor = NOBODY) -> AbstractContextManager[Unit]:
        """Open a Unit that only reads."""
        self.known()
        return self.parts.units.read(self.site, actor)

    def write(self, actor: Actor) -> AbstractContextManager[Unit]:
        """Open a Unit that commits."""
        self.known()
        return self.parts.units.write(self.site, actor)

    def count_post(self, network: str) -> None:
        """Count a text that is sent to be kept, once however often this request is done; raise `TooMany`."""
        if not self._counted:
            self.parts.throttle.count_post(self.site, network)
            self._counted.append(network)

    def known(self) -> Known:
        """Give the site as it was a moment ago; raise `NotFound`."""
        return self.parts.known.get(self.site)


def asked(call: Call, name: str) -> str:
    """Give a parameter of the query, without what no text of ours may hold; empty when it is not there."""
    if not call.request.scope["query_string"]:
        return ""
    return _clean(call.request.query_params.get(name, "")[:LONGEST_VALUE])


def header(call: Call, name: str) -> str:
    """Give a header by its name in lower case; empty when it is not there."""
    return headers.named(call.request.scope).get(name.encode(), b"").decode("latin-1")


def cookie(call: Call, name: str) -> str:
    """Give a cookie; empty when it is not there."""
    if b"cookie" not in headers.named(call.request.scope):
        return ""
    return call.request.cookies.get(name, "")


def comment_id(call: Call) -> CommentId:
    """Read the comment's id from the address; raise `NotFound`."""
    return CommentId(ids.decode(str(call.request.path_params["comment"])))


def story_id(call: Call) -> StoryId:
    """Read the story's id from the address; raise `NotFound`."""
    return StoryId(ids.decode(str(call.request.path_params["story"])))


def asked_comment_id(call: Call, name: str) -> CommentId | None:
    """Read a comment's id from the query; None when it is not there, `NotFound` when it is none."""
    text = asked(call, name)
    return CommentId(ids.decode(text)) if text else None


def sort(call: Call, policy: Policy) -> Sort:
    """Give the sort asked for, or the site's own; a word that is no sort counts as none."""
    for wish in (asked(call, "sort"), policy.default_sort):
        if wish in set(Sort):
            return Sort(wish)
    return Sort.NEWEST


def sent(call: Call, shape: type[Sent]) -> Sent:
    """Decode the body, form or JSON, into a type; raise `Unreadable`."""
    media_type = header(call, "content-type").partition(";")[0].strip().lower()
    try:
        if media_type == "application/json":
            return msgspec.convert(_clean_all(msgspec.json.decode(call.body)), shape)
        if media_type == "application/x-www-form-urlencoded" or not call.body:
            return msgspec.convert(_fields(call.body), shape, strict=False)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Unreadable from error
    raise UnknownMediaType(media_type=media_type[:60])


def wants_json(call: Call) -> bool:
    """Whether the asker is a program rather than a page."""
    return str(call.request.scope["path"]).startswith("/api/") or "application/json" in header(call, "accept")


def look(call: Call, of: Unit | Known, wish: str = "", *, own: str = "") -> Look:
    """Say how to show things in this call: whose, from where, in which language; `own` is what a person chose."""
    return Look(
        site=of.site,
        base=call.parts.settings.base_url,
        language=environment.supported(wish, asked(call, "lang"), own, of.site.language),
        policy=of.policy,
        providers=call.parts.labels.get(of.site.key, ()),
    )


def own_look(call: Call, unit: Unit, wish: str = "") -> Look:
    """Say how to show the acting account what is its own: in the language it chose, where none is asked for."""
    account = unit.actor.account
    return look(call, unit, wish, own=account.language if account else "")


def _fields(body: bytes) -> Mapping[str, str]:
    """Read a form; of several fields with one name the last counts. The standard library takes thrice as long."""
    if body.count(b"&") >= MOST_FIELDS:
        raise Unreadable
    pairs = (piece.partition(b"=") for piece in body.replace(b"+", b" ").split(b"&") if piece)
    return {
        # What was read as UTF-8 has no halves of characters.
        unquote_to_bytes(name).decode(): unquote_to_bytes(value).decode().replace("\0", "")
        for name, _, value in pairs
    }


def _clean_all(value: object) -> object:
    if not isinstance(value, dict):
        raise Unreadable
    return {name: _clean(each) if isinstance(each, str) else each for name, each in value.items()}


def _clean(text: str) -> str:
    """Give text without NUL, which PostgreSQL does not keep, and without halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
