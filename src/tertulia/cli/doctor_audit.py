"""Whether the audit trail of each site is whole, and still has what was written down of it."""

from collections.abc import Iterator, Mapping

import click

from tertulia import app
from tertulia.cli.examined import Examined
from tertulia.services import audit, sites
from tertulia.services.audit import Verdict
from tertulia.settings import Settings


def digests_of(told: tuple[str, ...]) -> Mapping[str, str]:
    """Read what was written down, each as SITE=DIGEST."""
    read = dict(each.partition("=")[::2] for each in told)
    for site, digest in read.items():
        if not site or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise click.BadParameter(f"{site}={digest[:70]} is not SITE=DIGEST with 64 hexadecimal digits")
    return read


def check(loaded: Settings, known: Mapping[str, str]) -> Iterator[Examined]:
    """Follow the chains of all sites."""
    with app.opened(loaded) as running:
        keys = [site.key for site in sites.list_all(running.units)]
        for key in keys:
            yield from _examined(key, audit.verify(running.units, key, known=known.get(key, "")))
    for key in known.keys() - set(keys):
        yield Examined(
            what=f"audit trail of {key}",
            found="there is no such site",
            advice="correct the key behind --audit-digest",
            is_fault=True,
        )


def _examined(key: str, verdict: Verdict) -> Iterator[Examined]:
    what = f"audit trail of {key}"
    if verdict.broken_at is not None:
        yield Examined(
            what=what,
            found=f"entry {verdict.broken_at} does not fit the one before; {verdict.entries} before it do",
            advice="somebody changed the database by hand: compare with a backup, and ask who has access",
            is_fault=True,
        )
        return
    yield Examined(
        what=what,
        found=f"{verdict.entries} entries fit" + (f", the last has {verdict.digest}" * bool(verdict.entries)),
    )
    if verdict.knows is False:
        yield Examined(
            what=what,
            found="no entry has the digest that was written down",
            advice="the end was cut off, or all of it was written anew: compare with a backup",
            is_fault=True,
        )
