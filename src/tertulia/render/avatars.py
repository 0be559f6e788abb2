"""Authors' pictures as SVG. Attributes only: pages allow no styles in them. Colour and size are the style sheet's."""

from functools import lru_cache
from typing import Final

from markupsafe import Markup

from tertulia.domain import avatars
from tertulia.domain.authors import Author
from tertulia.domain.ids import AuthorId
from tertulia.render.look import Look

# A long bar, a short one, a dot, two dots apart: a dot is a line of no length with round ends.
_STROKES: Final = ("M0 {row}h4", "M1 {row}h2", "M2 {row}h0", "M0 {row}h0m4 0h0")
_ROWS: Final = tuple(tuple(stroke.format(row=row) for stroke in _STROKES) for row in range(avatars.ROWS))
NONE: Final = Markup("")


def of_author(look: Look, author: Author) -> Markup:
    """Draw an author; nothing where the site wants no pictures, and for a face that has no name."""
    return _drawn(author.id) if look.policy.avatars and author.name else NONE


@lru_cache(maxsize=8192)
def _drawn(author_id: AuthorId) -> Markup:
    strokes = avatars.strokes_of(author_id)
    path = "".join([row[stroke] for row, stroke in zip(_ROWS, strokes, strict=True)])
    # Names stand beside it: to who listens it says nothing.
    drawn = f'<svg viewBox="-1 -1 6 6" aria-hidden="true"><path d="{path}"/></svg>'
    # Our own digits only.
    return Markup(drawn)  # noqa: S704  # nosec B704
