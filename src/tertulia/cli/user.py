"""`tertulia user`: who has an account on a site, with which role, and where they are signed in."""

from collections.abc import Iterator
from typing import Final

import click

from tertulia import app, settings
from tertulia.cli.site import show_invitation
from tertulia.domain.accounts import Account, Role
from tertulia.domain.errors import NotFound
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, roles, second_factor
from tertulia.services.unit import Unit

ROLES: Final = [role.value for role in Role]
STEP: Final = 200
"""Accounts one query gives; a list is as long as the site has people."""
_SECTIONS: Final = click.option(
    "--section",
    "sections",
    multiple=True,
    metavar="NAME",
    help="Of a moderator: a section of the publication they are for; repeat for several. All when none is named.",
)


@click.group()
def user() -> None:
    """List who has an account on a site, give them roles, sign them out everywhere.

    Readers make their accounts themselves, by signing in. Those who work for the publication are named here by their
    address, or take a link:

    \b
      tertulia user role editor@www.gazette.example owner --site gazette
      tertulia user invite --role moderator --section Sport --site gazette
    """


@user.command(name="list")
@click.option("--site", "site_key", required=True, metavar="KEY", help="The site whose accounts are listed.")
@click.pass_obj
def list_(settings_file: str | None, site_key: str) -> None:
    """List accounts, one a line: address, role, name, day of the first sign-in or naming, separated by tabs.

    The name is empty until the first comment. Send the list nowhere: it holds people's addresses.
    """
    with app.opened(settings.load(settings_file)) as running, running.units.read(site_key, SYSTEM) as unit:
        for each in _walk(unit):
            name = each.author.name if each.author else ""
            click.echo(f"{each.email}\t{_shown(each)}\t{name}\t{each.created_at:%Y-%m-%d}")


@user.command()
@click.argument("address")
@click.option("--site", "site_key", required=True, metavar="KEY", help="The site of the account.")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True, help="Their role.")
@_SECTIONS
@click.pass_obj
def add(
    settings_file: str | None, *, address: str, site_key: str, role: str, sections: tuple[str, ...]
) -> None:
    """Make an account that waits for whoever signs in with this e-mail ADDRESS.

    Whoever reads the mails to this address has the account, so look twice at how it is written.
    """
    with app.opened(settings.load(settings_file)) as running:
        with running.units.write(site_key, SYSTEM) as unit:
            added = roles.add(unit, address, Role(role), sections=sections)
        click.echo(f"{address} is {_shown(added)} on {site_key}")
        click.echo(f"the account waits at {running.settings.base_url}/{site_key}/sign-in")


@user.command()
@click.option("--site", "site_key", required=True, metavar="KEY", help="The site on which the role counts.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they become.")
@_SECTIONS
@click.pass_obj
def invite(settings_file: str | None, *, site_key: str, role: str, sections: tuple[str, ...]) -> None:
    """Make a link that gives a role to whoever signs in with it, by any way. It works once, within 24 hours.

    Whoever has the link can take the role: hand it over as you would a key.
    """
    with app.opened(settings.load(settings_file)) as running:
        show_invitation(running, site_key, Role(role), sections=sections)


@user.command()
@click.argument("address")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--site", "site_key", required=True, metavar="KEY", help="The site on which the role counts.")
@_SECTIONS
@click.pass_obj
def role(
    settings_file: str | None, *, address: str, role: str, site_key: str, sections: tuple[str, ...]
) -> None:
    """Give the account with this e-mail ADDRESS a ROLE on one site.

    Nobody needs to have signed in with the address before: an account is made then, and waits for its owner. Whoever
    reads the mails to this address has the role, so look twice at how it is written. `reader` takes a role back.
    With another role than before they are signed out everywhere, and sign in again. A moderator is for the whole site
    unless you name sections.
    """
    with app.opened(settings.load(settings_file)) as running:
        with running.units.write(site_key, SYSTEM) as unit:
            is_new = not _is_known(unit, address)
            changed = accounts.set_role(unit, address, Role(role), sections=sections)
        click.echo(f"{address} is {_shown(changed)} on {site_key}")
        if is_new:
            click.echo(
                f"nobody signed in with this address yet; the account waits at "
                f"{running.settings.base_url}/{site_key}/sign-in"
            )


@user.command(name="end-sessions")
@click.argument("address")
@click.option(
    "--site", "site_key", required=True, metavar="KEY", help="The site on which they are signed in."
)
@click.pass_obj
def end_sessions(settings_file: str | None, address: str, site_key: str) -> None:
    """Sign the account with this e-mail ADDRESS out in every browser, as after a lost telephone.

    The account, its role and its comments stay; a new link or code signs it in again.
    """
    with app.opened(settings.load(settings_file)) as running, running.units.write(site_key, SYSTEM) as unit:
        ended = accounts.end_sessions(unit, address)
    click.echo(f"browsers signed out: {ended}")


@user.command(name="reset-second")
@click.argument("address")
@click.option("--site", "site_key", required=True, metavar="KEY", help="The site on which they sign in.")
@click.pass_obj
def reset_second(settings_file: str | None, address: str, site_key: str) -> None:
    """Remove app, recovery codes and passkeys of the account with this e-mail ADDRESS, for who lost them all.

    They are signed out everywhere. From then on their mailbox alone signs them in, until they set up another: make sure
    that it is them who asks, and not by a mail from that mailbox.
    """
    with app.opened(settings.load(settings_file)) as running, running.units.write(site_key, SYSTEM) as unit:
        second_factor.reset(unit, accounts.find(unit, address))
        ended = accounts.end_sessions(unit, address)
    click.echo(f"second factor and passkeys removed; browsers signed out: {ended}")


def _shown(account: Account) -> str:
    return f"{account.role} of {', '.join(account.sections)}" if account.sections else str(account.role)


def _walk(unit: Unit) -> Iterator[Account]:
    after = None
    while found := accounts.list_accounts(unit, after=after, most=STEP):
        yield from found
        after = found[-1].id


def _is_known(unit: Unit, address: str) -> bool:
    try:
        accounts.find(unit, address)
    except NotFound:
        return False
    return True
