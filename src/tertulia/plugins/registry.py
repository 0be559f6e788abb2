"""Loads plug-ins from entry points and makes them from their settings, once, at start-up.

An entry point in the group `tertulia.<kind>` names a factory: it takes the plug-in's settings (a mapping) and
gives an object that satisfies the kind's protocol.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final, TypeVar

from tertulia.domain.transfer import UnreadableFile
from tertulia.plugins.contracts import (
    KINDS,
    DeviceKeeper,
    Exporter,
    Importer,
    Notifier,
    Rule,
    SecretKeeper,
    SignIn,
)

Settings = Mapping[str, object]
Factory = Callable[[Settings], object]

NO_SETTINGS: Final[Mapping[str, Settings]] = {}

_Plugin = TypeVar("_Plugin", Rule, Importer, Exporter, Notifier, SignIn, DeviceKeeper, SecretKeeper)


class BrokenPlugin(Exception):
    """A plug-in is missing, does not import, refuses its settings or breaks its contract."""

    def __init__(self, kind: str, name: str, reason: str) -> None:
        super().__init__(f"{kind} plug-in '{name}': {reason}")
        self.kind = kind
        self.name = name
        self.reason = reason


def load(kind: str) -> dict[str, Factory]:
    """Give the installed factories of a kind by name; raise `BrokenPlugin`.

    Two installed packages may not offer one name: which of them ran would be chance.
    """
    if kind not in KINDS:
        raise BrokenPlugin(kind, "*", f"there is no such kind; the kinds are {', '.join(KINDS)}")
    factories: dict[str, Factory] = {}
    for point in _points(kind):
        if point.name in factories:
            raise BrokenPlugin(kind, point.name, "two installed packages offer this name")
        factories[point.name] = _factory(kind, point)
    return factories


def _points(kind: str) -> list[EntryPoint]:
    return sorted(entry_points(group=f"tertulia.{kind}"), key=lambda found: (found.name, found.value))


def _factory(kind: str, point: EntryPoint) -> Factory:
    try:
        factory: object = point.load()
    except (ImportError, AttributeError) as error:
        raise BrokenPlugin(kind, point.name, f"{point.value} does not load: {error}") from error
    if not callable(factory):
        raise BrokenPlugin(kind, point.name, f"{point.value} is not callable")
    return factory


def _only(kind: str, name: str) -> Factory:
    """Load one plug-in and none beside it: what others need weighs on no process that does not use them."""
    points = _points(kind)
    found = [point for point in points if point.name == name]
    if len(found) > 1:
        raise BrokenPlugin(kind, name, "two installed packages offer this name")
    if not found:
        installed = ", ".join(point.name for point in points)
        raise BrokenPlugin(kind, name, f"is not installed; installed are {installed}")
    return _factory(kind, found[0])


def rules(names: tuple[str, ...], settings: Mapping[str, Settings] = NO_SETTINGS) -> list[Rule]:
    """Make the named rules, in the order given; raise `BrokenPlugin`."""
    factories = load("rule")
    return [
        _make(Rule, "rule", name, _named("rule", name, factories), settings)  # type: ignore[type-abstract]  # a protocol checked at run time
        for name in names
    ]


def importers(settings: Mapping[str, Settings] = NO_SETTINGS) -> dict[str, Importer]:
    """Make every installed importer; raise `BrokenPlugin`."""
    return {
        name: _make(Importer, "importer", name, factory, settings)  # type: ignore[type-abstract]  # as above
        for name, factory in load("importer").items()
    }


def exporters(settings: Mapping[str, Settings] = NO_SETTINGS) -> dict[str, Exporter]:
    """Make every installed exporter; raise `BrokenPlugin`."""
    return {
        name: _make(Exporter, "exporter", name, factory, settings)  # type: ignore[type-abstract]  # as above
        for name, factory in load("exporter").items()
    }


def notifier(name: str, settings: Settings) -> Notifier:
    """Make one notifier from its settings; raise `BrokenPlugin`."""
    factory = _only("notifier", name)
    return _make(Notifier, "notifier", name, factory, {name: settings})  # type: ignore[type-abstract]  # as above


def sign_in(name: str, settings: Settings, *, called: str = "") -> SignIn:
    """Make one way to sign in from its settings; raise `BrokenPlugin`.

    `called` is what it calls itself, where one plug-in makes several ways.
    """
    factory = _only("sign_in", name)
    return _make(SignIn, "sign_in", name, factory, {name: settings}, called=called)  # type: ignore[type-abstract]  # as above


def device_keeper(name: str, settings: Settings) -> DeviceKeeper:
    """Make one way to sign in by a device that is set up beforehand; raise `BrokenPlugin`."""
    factory = _only("sign_in", name)
    return _make(DeviceKeeper, "sign_in", name, factory, {name: settings})  # type: ignore[type-abstract]  # as above


def secret_keeper(name: str) -> SecretKeeper:
    """Make one way to sign in by a secret of its owner's choice; raise `BrokenPlugin`."""
    factory = _only("sign_in", name)
    return _make(SecretKeeper, "sign_in", name, factory, NO_SETTINGS)  # type: ignore[type-abstract]  # as above


def recognise(installed: Mapping[str, Importer], head: bytes, filename: str) -> Importer:
    """Give the one importer that knows the file by its head; raise `UnreadableFile` for none or several."""
    found = [importer for importer in installed.values() if importer.recognises(head, filename)]
    if len(found) == 1:
        return found[0]
    if found:
        reason = f"several formats fit: {', '.join(importer.name for importer in found)}; name one"
        raise UnreadableFile(reason)
    reason = f"no installed format fits; the formats are {', '.join(installed)}"
    raise UnreadableFile(reason)


def _named(kind: str, name: str, factories: Mapping[str, Factory]) -> Factory:
    if name not in factories:
        raise BrokenPlugin(kind, name, f"is not installed; installed are {', '.join(factories)}")
    return factories[name]


def _make(
    contract: type[_Plugin],
    kind: str,
    name: str,
    factory: Factory,
    settings: Mapping[str, Settings],
    *,
    called: str = "",
) -> _Plugin:
    try:
        plugin = factory(settings.get(name, {}))
    except (TypeError, ValueError, KeyError, LookupError) as error:
        raise BrokenPlugin(kind, name, f"refuses its settings: {error}") from error
    if not isinstance(plugin, contract):
        raise BrokenPlugin(kind, name, f"gives {type(plugin).__name__}, which is no {contract.__name__}")
    if plugin.name != (called or name):
        raise BrokenPlugin(kind, name, f"calls itself '{plugin.name}'")
    return plugin
