"""Builders: sites, stories, guests and comments, made as people make them, through the services.

So what a test begins with is what the program can reach, events and counts included.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any, Final

from tertulia.domain.comments import Comment, CommentDraft
from tertulia.domain.moderation import Outcome, Reason, Ruling, Status
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.domain.policy import Policy
from tertulia.domain.sites import Site
from tertulia.domain.stories import Story
from tertulia.plugins import registry
from tertulia.services import accounts, comments, moderation, sites, stories
from tertulia.services.unit import Plugins, Unit, Units
from tertulia.store import engine
from tertulia.testing.clocks import Clock

ORIGIN: Final = "https://gazette.example"
_BETWEEN: Final = timedelta(seconds=1)
_GENEROUS: Final = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """A reader with a secret in their browser."""

    name: str
    actor: Actor


class Make:
    """Makes things on one site. Every comment is a second younger than the one before."""

    def __init__(self, units: Units, clock: Clock, *, key: str = "gazette") -> None:
        self.units = units
        self.clock = clock
        self.key = key
        self.moderator: Final = Actor(kind=ActorKind.MODERATOR, name="Maren")
        self._numbers = count(1)

    def site(
        self,
        *,
        name: str = "The Gazette",
        origins: Sequence[str] = (ORIGIN,),
        language: str = "en",
        **choices: Any,
    ) -> Site:
        """Add the site; further arguments are choices of its policy."""
        made = sites.add(self.units, self.key, name=name, origins=origins, language=language)
        if choices:
            self.policy(**choices)
        return made

    def policy(self, **choices: Any) -> Policy:
        """Choose for the site from now on."""
        with self.write(SYSTEM) as unit:
            return sites.change_policy(unit, choices)

    def guest(self, name: str = "") -> Guest:
        """Make a reader who has a secret and has not written yet."""
        number = next(self._numbers)
        secret = accounts.hash_secret(f"secret of guest {number}")
        return Guest(name=name or f"Guest {number}", actor=Actor(kind=ActorKind.GUEST, secret_hash=secret))

    def story(self, path: str = "", *, title: str = "A story") -> Story:
        """Make a story known."""
        with self.write(SYSTEM) as unit:
            return stories.open_at(unit, f"{ORIGIN}/{path or next(self._numbers)}", title=title)

    def comment(
        self,
        body: str = "",
        *,
        story: Story | None = None,
        parent: Comment | None = None,
        guest: Guest | None = None,
        status: str = "visible",
    ) -> Comment:
        """Post a comment, a reply when there is a parent, by a new guest where none is named.

        `held` was never seen in public; `removed` and `withdrawn` were.
        """
        self.clock.advance(_BETWEEN)
        writer = guest or self.guest()
        draft = CommentDraft(
            body=body or f"Comment number {next(self._numbers)}.",
            story_id=None if story is None else story.id,
            story_url=f"{ORIGIN}/{next(self._numbers)}",
            parent_id=None if parent is None else parent.id,
            name=writer.name,
        )
        with self.write(writer.actor) as unit:
            # The writer's speed is no subject here, and what is to wait is held as a strict site holds it.
            policy = replace(unit.policy, comments_per_minute=_GENEROUS, hold_first=status == "held")
            made = comments.post(replace(unit, policy=policy), draft).comment
        return self._brought(made, writer, Status(status))

    def _brought(self, made: Comment, writer: Guest, status: Status) -> Comment:
        if status is Status.REMOVED:
            with self.write(self.moderator) as unit:
                return moderation.decide(
                    unit,
                    made.id,
                    Ruling(outcome=Outcome.REMOVE, reason=Reason.ABUSE),
                    seen_revision=made.revision,
                )
        if status is Status.WITHDRAWN:
            with self.write(writer.actor) as unit:
                return comments.withdraw(unit, made.id)
        return made

    @contextmanager
    def read(self, actor: Actor = NOBODY) -> Iterator[Unit]:
        """Open a Unit on the site that only reads."""
        with self.units.read(self.key, actor) as unit:
            yield unit

    @contextmanager
    def write(self, actor: Actor = NOBODY) -> Iterator[Unit]:
        """Open a Unit on the site."""
        with self.units.write(self.key, actor) as unit:
            yield unit


@contextmanager
def opened(
    url: str,
    *,
    key: str = "gazette",
    threads: int = 4,
    clock: Clock | None = None,
    providers: Collection[str] = (),
) -> Iterator[Make]:
    """Open a migrated database with the installed rules, and make things in it."""
    database = engine.connect(url, threads=threads)
    clock = clock or Clock()
    try:
        yield Make(units_of(database, clock, providers={key: providers}), clock, key=key)
    finally:
        database.close()


def units_of(
    database: engine.Database,
    clock: Clock,
    *,
    providers: Mapping[str, Collection[str]] | None = None,
    **options: Any,
) -> Units:
    """Make what opens Units, with all installed rules, and these names of providers by site."""
    rules: Mapping[str, Any] = {rule.name: rule for rule in registry.rules(tuple(registry.load("rule")))}
    ways = {"email": registry.sign_in("email", {})}
    plugins = Plugins(rules=rules, ways=ways, providers=providers or {})
    return Units(database, plugins=plugins, clock=clock, **options)


__all__ = ["ORIGIN", "Guest", "Make", "opened", "units_of"]
