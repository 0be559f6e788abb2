"""The desk's pages about people: who has an account, and one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tertulia.domain import ids
from tertulia.domain.accounts import Account, AccountId, Role
from tertulia.domain.authors import FormerName
from tertulia.render import addresses, environment, profiles, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What the list shows, and what was asked for."""

    accounts: Sequence[Account]
    search: str = ""
    role: Role | None = None
    next_after: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One person, as far as the moderator may see them."""

    account: Account
    former_names: Sequence[FormerName]
    comments: str
    """How many, in words of the language."""
    may_see_address: bool
    may_rule: bool
    roles: Sequence[Role] = ()
    sessions: int = 0
    last_way: str = ""
    known_sections: Sequence[str] = ()


def people(look: Look, at: Frame, listed: Listed) -> str:
    """Show the accounts of a site, a page of them."""
    asked = {"q": listed.search, "role": listed.role.value if listed.role else ""}
    after = listed.next_after
    return environment.render(
        look.language,
        "desk/people.html",
        **frame(look, at),
        listed=listed,
        people=[_person(look, each) for each in listed.accounts],
        roles=[(role.value, texts.role(look.language, role)) for role in Role],
        action=f"{addresses.root(look)}/desk/people",
        next_href=addresses.site(look, "/desk/people", **asked, after=after) if after else "",
    )


def person(look: Look, at: Frame, shown: Shown, *, notice: str = "", error: str = "") -> str:
    """Show one person, and what the moderator may do to their account."""
    here = f"/desk/people/{ids.encode(shown.account.id)}"
    return environment.render(
        look.language,
        "desk/person.html",
        **frame(look, at),
        shown=shown,
        person=_person(look, shown.account),
        way=texts.way(look.language, shown.last_way) if shown.last_way else "",
        roles=[
            (role.value, texts.role(look.language, role), texts.role_meaning(look.language, role))
            for role in shown.roles
        ],
        author_href=profiles.address(look, shown.account.author.id) if shown.account.author else "",
        role_action=addresses.site(look, f"{here}/role"),
        sessions_action=addresses.site(look, f"{here}/sessions"),
        notice=notice,
        error=error,
    )


def address(look: Look, account_id: AccountId, *, done: str = "") -> str:
    """Address a person's page at the desk."""
    return addresses.site(look, f"/desk/people/{ids.encode(account_id)}", done=done)


def done(language: str, what: str) -> str:
    """Say what was done; empty for a word that nobody of us wrote."""
    if what == "role":
        return texts.gettext("The role is changed.", language)
    if what == "sessions":
        return texts.gettext("They are signed out everywhere.", language)
    return ""


def _person(look: Look, account: Account) -> dict[str, object]:
    return {
        "account": account,
        "href": address(look, account.id),
        "role": texts.role(look.language, account.role),
        "badges": [
            texts.badge(look.language, code) for code in (account.author.badges if account.author else ())
        ],
    }
