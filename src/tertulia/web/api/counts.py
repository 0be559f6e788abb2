"""Numbers of comments for many stories in one request."""

from typing import Final

from msgspec import Struct

from tertulia.services import stories
from tertulia.web.api import schemas
from tertulia.web.api.operation import Answer, Operation, Table, Turn


class Counted(Struct, kw_only=True, frozen=True):
    """Which stories."""

    url: schemas.Urls


def count(turn: Turn, asked: Counted, _: None) -> Answer:
    """Count comments."""
    return Answer(content=schemas.Counts(counts=stories.counts(turn.unit, asked.url)))


TABLE: Final[Table] = (
    Operation(
        name="countComments",
        method="GET",
        path="/counts",
        summary="Count the comments under many stories.",
        run=count,
        asked=Counted,
        content=schemas.Counts,
    ),
)
