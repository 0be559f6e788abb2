"""The page that an invitation's link leads to."""

from collections.abc import Sequence

from tertulia.domain.accounts import Account, Role
from tertulia.render import addresses, texts
from tertulia.render.look import Look
from tertulia.render.people import own_page


def show(look: Look, role: Role, sections: Sequence[str], account: Account | None, *, token: str) -> str:
    """Show what an invitation gives: the button for who is signed in, for others the way to sign in."""
    here = addresses.site(look, "/invitation")
    return own_page(
        look,
        "invitation.html",
        role=texts.role(look.language, role),
        meaning=texts.role_meaning(look.language, role),
        sections=sections,
        account=account,
        token=token,
        action=here,
        sign_in_href=addresses.site(look, "/sign-in", next=here),
        out_action=addresses.site(look, "/sign-out"),
    )
