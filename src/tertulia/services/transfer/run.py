"""What one import remembers between its transactions."""

from dataclasses import dataclass, field

from tertulia.domain import ids
from tertulia.domain.authors import Author
from tertulia.domain.errors import NotFound
from tertulia.domain.import_report import ImportReport
from tertulia.domain.stories import Story


@dataclass(slots=True)
class Run:
    """What one import remembers between its transactions."""

    source: str
    secret: str
    report: ImportReport
    number: int = 0
    stories: dict[str, Story] = field(default_factory=dict)
    authors: dict[str, Author] = field(default_factory=dict)


def native_id(run: Run, source_id: str) -> int | None:
    """Give the number of an id that we made ourselves; other systems' ids only look like ours by chance."""
    if not run.source.startswith("native"):
        return None
    try:
        return ids.decode(source_id)
    except NotFound:
        return None
