"""Everything the HTTP edge needs, made once by the composition root and handed down."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tertulia.plugins.contracts import DeviceKeeper, SecretKeeper, SignIn
from tertulia.realtime.hub import Hub
from tertulia.realtime.revisions import Revisions
from tertulia.render.assets import Assets, shipped
from tertulia.services.unit import Units
from tertulia.settings import UNSET_SECRET, Settings
from tertulia.web.cache import PageCache
from tertulia.web.headers import Header, always
from tertulia.web.known import KnownSites
from tertulia.web.limits import Throttle
from tertulia.web.metrics import Metrics
from tertulia.web.usual import UsualRanges
from tertulia.web.workers import Workers

SignIns = Mapping[str, Mapping[str, SignIn]]
"""Ways to sign in by the key of their site, then by name."""
NO_SIGN_INS: Final[SignIns] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What views and the layers around them share."""

    settings: Settings
    units: Units
    revisions: Revisions
    hub: Hub
    assets: Assets
    workers: Workers
    cache: PageCache
    known: KnownSites
    usual: UsualRanges
    throttle: Throttle
    metrics: Metrics
    sign_ins: SignIns
    passkeys: DeviceKeeper
    passwords: SecretKeeper
    """One for all sites: how many are compared at once is a matter of the whole process."""
    always: tuple[Header, ...]
    """What every answer says."""
    labels: Mapping[str, tuple[tuple[str, str], ...]]
    """Names and labels of providers by the key of their site."""


def make(
    *,
    settings: Settings,
    units: Units,
    revisions: Revisions,
    hub: Hub,
    passkeys: DeviceKeeper,
    passwords: SecretKeeper,
    sign_ins: SignIns = NO_SIGN_INS,
) -> Parts:
    """Make the edge's own parts around those of the other floors."""
    cache = PageCache(revisions, most_bytes=settings.cache_mebibytes << 20)
    workers = Workers(settings.threads, batches=units if units.have_one_writer else None)
    return Parts(
        settings=settings,
        units=units,
        revisions=revisions,
        hub=hub,
        assets=shipped(),
        workers=workers,
        cache=cache,
        known=KnownSites(units),
        usual=UsualRanges(),
        throttle=Throttle(settings),
        metrics=Metrics(cache, workers),
        sign_ins=sign_ins,
        passkeys=passkeys,
        passwords=passwords,
        always=always(settings),
        labels=_labels(settings),
    )


def _labels(settings: Settings) -> dict[str, tuple[tuple[str, str], ...]]:
    if settings.secret.startswith(UNSET_SECRET):
        # What binds an answer to its question would follow from a key that everybody can guess.
        return {}
    return {
        site: tuple((name, provider.shown) for name, provider in providers.items())
        for site, providers in settings.providers.items()
    }
