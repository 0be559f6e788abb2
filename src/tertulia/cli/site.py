"""`tertulia site`: add sites, list them, set what belongs to them."""

from collections.abc import Sequence

import click

from tertulia import app, settings
from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, roles, sites
from tertulia.services import links as opened_links


@click.group()
def site() -> None:
    """Add, list and change the publications this server keeps discussions for."""


@site.command()
@click.argument("key")
@click.option("--name", required=True, help="The publication's name as readers know it.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    required=True,
    metavar="URL",
    help="Where its pages are, as https://www.example.org; repeat for several. Only these may embed.",
)
@click.option("--language", default="en", type=click.Choice(sites.LANGUAGES), show_default=True)
@click.pass_obj
def add(settings_file: str | None, key: str, name: str, origins: tuple[str, ...], language: str) -> None:
    """Add the site KEY, a short word of a-z, 0-9 and hyphens that stands in addresses.

    Two links are printed, each good once within 24 hours: one makes whoever signs in with it the site's owner, the
    other lets a moderator in without an account, where no mail is sent yet.
    """
    with app.opened(settings.load(settings_file)) as running:
        added = sites.add(running.units, key, name=name, origins=origins, language=language)
        click.echo(f"added {added.key}: {added.name}, embedded by {', '.join(added.origins)}")
        show_invitation(running, added.key, Role.OWNER)
        _show_link(running, added.key, name="editor")


@site.command(name="list")
@click.pass_obj
def list_(settings_file: str | None) -> None:
    """List all sites: key, name, language, origins."""
    with app.opened(settings.load(settings_file)) as running:
        for each in sites.list_all(running.units):
            click.echo(f"{each.key}\t{each.name}\t{each.language}\t{' '.join(each.origins)}")


@site.command(name="set")
@click.argument("key")
@click.option("--name", help="A new name.")
@click.option("--origin", "origins", multiple=True, metavar="URL", help="All origins from now on.")
@click.option("--language", type=click.Choice(sites.LANGUAGES))
@click.option(
    "--policy",
    "choices",
    multiple=True,
    metavar="NAME=VALUE",
    help="A choice of policy, as hold_first=true or most_links=3; repeat for several.",
)
@click.pass_obj
def set_(
    settings_file: str | None,
    *,
    key: str,
    name: str | None,
    origins: tuple[str, ...],
    language: str | None,
    choices: tuple[str, ...],
) -> None:
    """Change the site KEY. What is not named stays as it is."""
    wanted = dict(_split(choice) for choice in choices)
    with app.opened(settings.load(settings_file)) as running, running.units.write(key, SYSTEM) as unit:
        changed = sites.change(unit, name=name, origins=origins or None, language=language)
        if wanted:
            policy = sites.change_policy(unit, wanted)
            click.echo(f"policy of {key} is version {policy.version}")
    click.echo(f"{changed.key}: {changed.name}, {changed.language}, {' '.join(changed.origins)}")


@site.command()
@click.argument("key")
@click.option("--name", default="editor", show_default=True, help="The moderator's name in decisions.")
@click.pass_obj
def link(settings_file: str | None, key: str, name: str) -> None:
    """Make a sign-in link for a moderator of the site KEY. It works once, within 24 hours."""
    with app.opened(settings.load(settings_file)) as running:
        _show_link(running, key, name=name)


@site.command()
@click.argument("key")
@click.option("--end", "is_end", is_flag=True, help="End all of them.")
@click.pass_obj
def links(settings_file: str | None, key: str, *, is_end: bool) -> None:
    """List sign-in links of the site KEY that nobody used yet, and the sessions that others opened.

    One a line: the moderator's name, `unused` or `open`, when it was made, when it ends by itself.
    """
    with app.opened(settings.load(settings_file)) as running, running.units.write(key, SYSTEM) as unit:
        if is_end:
            click.echo(f"ended: {opened_links.end_all(unit)}")
            return
        for each in opened_links.list_open(unit):
            state = "open" if each.is_used else "unused"
            click.echo(
                f"{each.name}\t{state}\t{each.created_at:%Y-%m-%d %H:%M}\t{each.expires_at:%Y-%m-%d %H:%M}"
            )


def show_invitation(running: app.App, key: str, role: Role, *, sections: Sequence[str] = ()) -> None:
    """Make a one-time link that gives a role, and print it."""
    with running.units.write(key, SYSTEM) as unit:
        token = roles.invite(unit, role, sections=sections)
    address = f"{running.settings.base_url}/{key}/invitation?token={token}"
    click.echo(
        f"link that makes its reader {role}, good once within {roles.INVITATION_HOURS} hours: {address}"
    )


def _show_link(running: app.App, key: str, *, name: str) -> None:
    with running.units.write(key, SYSTEM) as unit:
        token = accounts.make_link(unit, name=name)
    click.echo(
        f"moderator's sign-in link, good once: {running.settings.base_url}/{key}/desk/enter?token={token}"
    )


def _split(choice: str) -> tuple[str, str]:
    name, equals, value = choice.partition("=")
    if not equals:
        raise click.BadParameter(f"{choice} is not NAME=VALUE", param_hint="--policy")
    return name.strip(), value.strip()
