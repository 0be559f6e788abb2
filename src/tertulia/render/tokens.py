"""Tokens for programs, on the page of what is one's own and on the page that shows a new one."""

from collections.abc import Sequence
from dataclasses import dataclass

from tertulia.domain.tokens import DAYS, LONGEST_NAME, MOST, Scope, Token
from tertulia.render import addresses
from tertulia.render.look import Look
from tertulia.render.people import own_page


@dataclass(frozen=True, kw_only=True, slots=True)
class Programs:
    """What the page shows of them."""

    action: str
    tokens: Sequence[Token]
    can_make: bool
    docs: str
    scopes: Sequence[str] = tuple(Scope)
    days: Sequence[int] = DAYS
    longest_name: int = LONGEST_NAME


def programs(look: Look, tokens: Sequence[Token]) -> Programs:
    """Prepare an account's tokens."""
    return Programs(
        action=addresses.site(look, "/me/tokens"),
        tokens=tokens,
        can_make=len(tokens) < MOST,
        docs=f"{look.base}/api/docs",
    )


def made(look: Look, token: str) -> str:
    """Show a new token, this once."""
    return own_page(look, "token_made.html", token=token, back=addresses.site(look, "/me") + "#programs")
