"""A whole house around the API: a real database, the real rules, a clock that stands until it is moved."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from tertulia.app import load_plugins, passkeys_of, password_keeper
from tertulia.domain.events import Event
from tertulia.domain.ids import CommentId, decode
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.sites import Site
from tertulia.realtime.hub import Hub
from tertulia.realtime.revisions import Revisions
from tertulia.services import comments, moderation, sites
from tertulia.services.unit import Units
from tertulia.settings import Settings
from tertulia.store import engine
from tertulia.web import asgi, parts

BASE = "http://testserver"
ORIGIN = "https://paper.example"
STORY = f"{ORIGIN}/harbour"
SITE = "/api/v1/sites/paper"


@dataclass(kw_only=True)
class Clock:
    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def new_guest() -> str:
    return secrets.token_urlsafe(32)


@dataclass(kw_only=True)
class House:
    client: TestClient
    units: Units
    clock: Clock
    parts: parts.Parts
    guest: str = field(default_factory=new_guest)

    def get(self, path: str, **asked: Any) -> Any:
        """Give the JSON of a good answer."""
        answer = self.client.get(SITE + path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(
        self, method: str, path: str, body: Any = None, *, guest: str | None = None, **headers: str
    ) -> Any:
        """Send as a guest, from a program."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(
            method, SITE + path, json=body, headers={"Tertulia-Guest": guest or self.guest, **named}
        )

    def post(
        self, body: str, *, parent: str | None = None, url: str = STORY, name: str = "Ada", **more: Any
    ) -> Any:
        """Post under a URL and give the comment; every call is somebody else unless it says who."""
        self.clock.pass_seconds(1)
        sent = {"url": url, "title": "The harbour", "body": body, "name": name, "parent": parent}
        answer = self.send("POST", "/comments", sent, guest=more.get("guest") or new_guest())
        assert answer.status_code == 201, answer.text
        return answer.json()["comment"]

    def decide(self, comment: str, outcome: Outcome, *, reason: str = "") -> None:
        with self.units.write("paper", SYSTEM) as unit:
            comment_id = CommentId(decode(comment))
            seen = comments.access(unit, comment_id).revision
            moderation.decide(unit, comment_id, Ruling(outcome=outcome, reason=reason), seen_revision=seen)

    def change_policy(self, **choices: Any) -> None:
        with self.units.write("paper", SYSTEM) as unit:
            sites.change_policy(unit, choices)


@contextmanager
def opened(database: str, **settings: Any) -> Iterator[House]:
    connected = engine.connect(database)
    clock, revisions = Clock(), Revisions()

    def after_commit(site: Site, happened: Sequence[Event]) -> None:
        revisions.follow_commit(site.key, happened)

    units = Units(connected, plugins=load_plugins(Settings()), clock=clock, after_commit=after_commit)
    sites.add(units, "paper", name="The Paper", origins=[ORIGIN])
    wanted = {"posts_per_minute_per_network": 100_000, "previews_per_minute_per_network": 100_000}
    chosen = Settings(
        database=database, base_url=BASE, secret="for tests", with_worker=False, **{**wanted, **settings}
    )
    joined = parts.make(
        settings=chosen,
        units=units,
        revisions=revisions,
        hub=Hub(most=10),
        passkeys=passkeys_of(chosen),
        passwords=password_keeper(),
    )
    with TestClient(asgi.create(joined), base_url=BASE) as client:
        yield House(client=client, units=units, clock=clock, parts=joined)
    connected.close()
