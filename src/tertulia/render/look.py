"""What every page and fragment needs to know beside its content: whose it is, in which language, from where."""

from dataclasses import dataclass

from tertulia.domain.policy import Policy
from tertulia.domain.sites import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """The circumstances of a rendering. Equal looks and equal content give equal bytes."""

    site: Site
    base: str
    """Origin (and path prefix, if any) of our own pages, without a trailing slash."""
    language: str
    policy: Policy
    is_embedded: bool = False
    providers: tuple[tuple[str, str], ...] = ()
    """Names of the site's providers, at which readers may sign in, and what readers know them by."""
