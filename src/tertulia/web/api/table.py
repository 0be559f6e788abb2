"""All operations of the API, in the order in which the documentation shows them."""

from typing import Final

from tertulia.web.api import comments, counts, drafts, flags, me, stories, threads
from tertulia.web.api.operation import Table

TABLE: Final[Table] = (
    *stories.TABLE,
    *threads.TABLE,
    *comments.TABLE,
    *drafts.TABLE,
    *flags.TABLE,
    *me.TABLE,
    *counts.TABLE,
)
