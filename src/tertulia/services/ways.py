"""Which ways to sign in a site offers: its policy's choice, asked at the beginning and at the end of each way."""

from typing import Final

from tertulia.domain.accounts import Purpose, WayNotOffered
from tertulia.services.unit import Unit

OF: Final = {Purpose.SIGN_IN: "email", Purpose.PASSWORD: "password"}
"""The way in that a mail with a link and a code belongs to."""


def require(unit: Unit, way: str) -> None:
    """Raise `WayNotOffered` where the site's policy does not name this way."""
    if way not in unit.policy.ways_in:
        raise WayNotOffered(way)
