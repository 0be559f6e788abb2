"""A row of the API's table: one operation, with all that its route and its description are made from."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from tertulia.domain.errors import TertuliaError
from tertulia.domain.stories import Story
from tertulia.render.look import Look
from tertulia.services.unit import Unit

PREFIX: Final = "/api/v1/sites/{site}"
HEADERS: Final = {"guest": "Tertulia-Guest", "key": "Idempotency-Key"}
"""Fields of what is asked that travel as headers; the others stand in the path or the query."""

Asked = TypeVar("Asked", bound=Struct)
Sent = TypeVar("Sent", bound=Struct | None)


class Access(StrEnum):
    """Who may ask, and from where."""

    PUBLIC = "public"
    """The same bytes for everybody, from any origin, cacheable."""
    OPEN = "open"
    """Needs no secret, keeps nothing, and is worked out anew each time; from the site's own origins."""
    PERSONAL = "personal"
    """Depends on the account or guest who asks; from programs and the site's own origins, never cached."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn of an operation: its Unit, the look of its links, and who asked."""

    unit: Unit
    look: Look
    network: str
    """Keyed hash of the network address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an operation gives. `story` is whose revision the answer depends on, where it is one story's."""

    content: Struct
    status: int = 200
    location: str = ""
    story: Story | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation(Generic[Asked, Sent]):
    """One operation. `errors` are the refusals beside those that every operation of its kind may give."""

    name: str
    method: str
    path: str
    """Below `PREFIX`."""
    summary: str
    run: Callable[[Turn, Asked, Sent], Answer]
    asked: type[Asked]
    sent: type[Sent] | None = None
    content: type[Struct]
    statuses: tuple[int, ...] = (200,)
    errors: tuple[type[TertuliaError], ...] = ()
    access: Access = Access.PUBLIC
    is_write: bool = False


Table = tuple[Operation[Any, Any], ...]
