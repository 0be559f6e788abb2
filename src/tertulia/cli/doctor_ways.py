"""What `doctor` says of those who vouch for readers elsewhere: publications, and providers."""

from collections.abc import Iterator

from tertulia import app
from tertulia.cli.examined import Examined
from tertulia.plugins.contracts import BadProof, SignIn
from tertulia.plugins.registry import BrokenPlugin
from tertulia.settings import Settings

_OF_PUBLISHERS = "mend the setting `publishers`, or what answers at `jwks_url`: no subscriber is signed in"
_OF_PROVIDERS = "mend the setting `providers`, or wait for the provider: no reader is signed in there"


def check(loaded: Settings) -> Iterator[Examined]:
    """Ask each for what its proofs are checked with."""
    try:
        ways = app.sign_ins_of(loaded)
    except BrokenPlugin as error:
        advice = "mend the settings `publishers` and `providers`: the server does not start with them"
        yield Examined(what="publishers, providers", found=error.reason, advice=advice, is_fault=True)
        return
    for site, named in ways.items():
        for name, way in named.items():
            if name in loaded.providers.get(site, {}):
                yield _asked(way, "providers", f"{site}: {name}", well="answers", advice=_OF_PROVIDERS)
            else:
                yield _asked(way, "publishers", site, well="the keys are there", advice=_OF_PUBLISHERS)


def _asked(way: SignIn, what: str, who: str, *, well: str, advice: str) -> Examined:
    try:
        way.check()
    except BadProof as error:
        return Examined(what=what, found=f"{who}: {error.reason}", advice=advice, is_fault=True)
    return Examined(what=what, found=f"{who}: {well}")
