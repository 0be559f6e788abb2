"""Making a takeout: a ZIP of data to process and a page to read, and a mail that leads to it."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from tertulia.domain import ids
from tertulia.domain.accounts import Account, Role
from tertulia.domain.comments import CommentDraft
from tertulia.domain.ids import SiteId
from tertulia.domain.moderation import Status
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.domain.sites import Site
from tertulia.domain.takeouts import (
    Belongings,
    OwnAccount,
    OwnComment,
    OwnConnection,
    OwnEdit,
    OwnPasskey,
    OwnToken,
    TakeoutId,
)
from tertulia.domain.tokens import Scope
from tertulia.domain.transfer import BodyKind
from tertulia.plugins import registry
from tertulia.plugins.contracts import Message
from tertulia.render import environment, mail
from tertulia.services import accounts, comments, jobs, my_data, sign_in
from tertulia.services.unit import Units
from tertulia.worker import packing
from tertulia.worker.loop import Runner
from tertulia.worker.post import Post
from tertulia.worker.tasks import TASKS
from tests.letterbox import letterbox
from tests.render.samples import look
from tests.worker.house import SITE, STORY, Clock, founded, rows

ANN = "ann@reader.example"
BASE = "https://comments.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = "</pre><script>alert('x')</script><img src=x onerror=alert(1)> \u202e\"&'"


def reader(units: Units, address: str = ANN) -> Account:
    with units.write(SITE, SYSTEM) as unit:
        return accounts.set_role(unit, address, Role.READER)


def acting(account: Account) -> Actor:
    return Actor(kind=ActorKind.AUTHOR, account=account, author=account.author)


def signed_in(units: Units, account: Account) -> Actor:
    with units.write(SITE, NOBODY) as unit:
        token = sign_in.open_session(unit, account, way="email", device="")
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def write(units: Units, body: str, address: str = ANN, name: str = "Ann") -> None:
    with units.write(SITE, acting(reader(units, address))) as unit:
        comments.post(unit, CommentDraft(body=body, story_url=STORY, story_title=HOSTILE, name=name))


def ask(units: Units, address: str = ANN) -> TakeoutId:
    with units.write(SITE, signed_in(units, reader(units, address))) as unit:
        return my_data.ask(unit)


def run(units: Units, send: Any = None) -> None:
    """Run all jobs that are due."""
    runner = Runner(units, tasks=TASKS, post=Post(base_url=BASE, key="k", send=send or (lambda _: None)))
    while (end := runner.run_one()) is not None:
        assert end is jobs.End.FINISHED


def fetch(units: Units, asked: TakeoutId, address: str = ANN) -> bytes:
    with units.read(SITE, acting(reader(units, address))) as unit:
        return my_data.content(unit, asked)


def unpacked(packed: bytes | None) -> tuple[Any, LexborHTMLParser]:
    assert packed is not None
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["data.json", "data.html"]
        return json.loads(archive.read("data.json")), LexborHTMLParser(archive.read("data.html").decode())


def belongings(**changes: Any) -> Belongings:
    account = OwnAccount(
        email=ANN,
        subject="",
        has_password=False,
        role=Role.READER,
        language="en",
        created_at=NOW,
        name="Ann",
        badges=(),
        ending=None,
        ends_at=None,
    )
    return Belongings(account=replace(account, **changes), sessions=())


def comment(**changes: Any) -> OwnComment:
    usual = OwnComment(
        id=ids.encode(5),
        story_url=STORY,
        story_title="Harbour",
        parent=None,
        parent_author=None,
        created_at=NOW,
        edited_at=None,
        status=Status.VISIBLE,
        reason="",
        was_public=True,
        source="Words.",
        kind=BodyKind.MARKDOWN,
        language="",
    )
    return replace(usual, **changes)


def pack(*own: OwnComment, most: int = packing.MOST_BYTES, owned: Belongings | None = None, **changes: Any):
    return packing.pack(
        look(**changes), owned or belongings(), own, made_at=NOW, is_stopping=lambda: False, most=most
    )


def test_who_asks_gets_a_mail_and_all_that_is_theirs(database: str) -> None:
    with founded(database) as units, letterbox() as box:
        write(units, "Mine.")
        write(units, "Not Ann's.", "bob@reader.example", "Bob")
        asked = ask(units)
        email = registry.notifier("email", {"server": box.url(), "sender": "comments@gazette.example"})

        run(units, email.send)

        (arrived,) = box.letters
        assert arrived.to == [ANN]
        assert arrived.letter["Subject"] == "Your data at The Gazette is ready"
        assert f"\n{BASE}/{SITE}/me/data/{ids.encode(asked)}\n" in arrived.body()
        data, page = unpacked(fetch(units, asked))
    assert (data["format"], data["version"], data["is_complete"]) == ("tertulia-my-data", 1, True)
    assert data["site"] == {"key": SITE, "name": "The Gazette", "address": f"{BASE}/{SITE}"}
    assert (data["account"]["email"], data["account"]["name"]) == (ANN, "Ann")
    assert [each["source"] for each in data["comments"]] == ["Mine."]
    assert data["comments"][0]["address"] == f"{BASE}/{SITE}/c/{data['comments'][0]['id']}"
    assert [each.text().strip() for each in page.css("article pre")] == ["Mine."]
    assert "Bob" not in page.html


def test_the_mail_and_the_page_speak_the_readers_language(database: str) -> None:
    sent: list[Message] = []
    with founded(database) as units:
        with units.write(SITE, SYSTEM) as unit:
            accounts.open_for(unit, email=ANN, language="ar")
        asked = ask(units)
        run(units, sent.append)
        _, page = unpacked(fetch(units, asked))

    assert sent[0].subject == "بياناتك لدى The Gazette جاهزة"
    assert page.css_first("html").attributes["dir"] == "rtl"


def test_an_account_without_an_address_finds_it_on_its_page(database: str) -> None:
    sent: list[Message] = []
    with founded(database) as units:
        with units.write(SITE, SYSTEM) as unit:
            accounts.open_for(unit, subject="subscriber-7", language="en")
            (account,) = accounts.list_accounts(unit)
        with units.write(SITE, signed_in(units, account)) as unit:
            asked = my_data.ask(unit)

        run(units, sent.append)

        with units.read(SITE, acting(account)) as unit:
            data, _ = unpacked(my_data.content(unit, asked))
    assert sent == []
    assert data["account"]["subject"] == "subscriber-7"


def test_thousands_of_comments_come_each_once(database: str) -> None:
    number = 2 * my_data.BATCH + 3
    with founded(database) as units:
        account = reader(units)
        with units.write(SITE, acting(account)) as unit:
            for each in range(number):
                comments.post(unit, CommentDraft(body=f"Number {each}.", story_url=STORY, name="Ann"))
        asked = ask(units)
        run(units)
        data, page = unpacked(fetch(units, asked))

    assert [each["source"] for each in data["comments"]] == [f"Number {n}." for n in reversed(range(number))]
    assert len(page.css("article")) == number


def test_a_process_that_is_shut_down_leaves_it_to_another(database: str) -> None:
    with founded(database) as units:
        write(units, "Mine.")
        asked = ask(units)
        Runner(units, tasks=TASKS, is_stopping=lambda: True, post=Post(base_url=BASE)).run_one()
        assert rows(units, "SELECT task FROM job WHERE state = 'waiting' AND task = 'make_takeout'")

        run(units)

        assert fetch(units, asked)


def test_an_account_that_is_gone_meanwhile_gets_nothing(database: str) -> None:
    with founded(database) as units:
        ask(units)
        with units.bare(write=True) as (db, _):
            db.exec_driver_sql("DELETE FROM account")

        run(units)

        assert rows(units, "SELECT id FROM takeout") == []


def test_what_is_over_is_deleted_every_hour(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        ask(units)
        run(units)
        clock.turn(my_data.KEPT)
        with units.write(SITE, SYSTEM) as unit:
            jobs.defer(unit, "forget_takeouts", {"slot": 1})

        run(units)

        assert rows(units, "SELECT id FROM takeout") == []


def test_words_of_strangers_and_ones_own_are_words_on_the_page() -> None:
    hostile = comment(
        source=HOSTILE,
        story_title=HOSTILE,
        parent=ids.encode(4),
        parent_author=HOSTILE,
        edits=(OwnEdit(source=HOSTILE, replaced_at=NOW),),
        extra={HOSTILE: HOSTILE},
        language='x" onclick="y',
        reason=HOSTILE,
    )
    named = Site(id=SiteId(1), key="gazette", name=HOSTILE, origins=())

    data, page = unpacked(pack(hostile, owned=belongings(name=HOSTILE, badges=(HOSTILE,)), site=named))

    assert page.css("script, img, iframe, object, form, link, base") == []
    assert [name for node in page.css("*") for name in node.attributes if name.startswith("on")] == []
    assert page.css_first("article pre").text().strip() == HOSTILE
    assert page.css_first("article pre").attributes["dir"] == "auto"
    assert data["comments"][0]["source"] == HOSTILE
    assert data["comments"][0]["edits"][0]["source"] == HOSTILE


def test_the_page_works_offline() -> None:
    _, page = unpacked(pack(comment()))

    policy = page.css_first("meta[http-equiv='Content-Security-Policy']").attributes["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert page.css("[src], link") == []
    assert "url(" not in page.css_first("style").text()


def test_leading_lines_of_a_source_stay() -> None:
    _, page = unpacked(pack(comment(source="\n\n  indented")))

    assert page.css_first("article pre").text(strip=False).endswith("\n  indented")


def test_more_than_a_file_can_hold_leaves_out_the_oldest_and_says_so() -> None:
    many = [comment(id=ids.encode(number), source="x" * 1000) for number in range(100)]

    data, page = unpacked(pack(*many, most=50_000))

    assert data["is_complete"] is False
    assert 0 < len(data["comments"]) == len(page.css("article")) < 30
    assert data["comments"][0]["id"] == many[0].id
    assert "The oldest comments are left out" in page.body.text()


@pytest.mark.parametrize("language", environment.LANGUAGES)
def test_the_mail_holds_the_link_in_both_forms(language: str) -> None:
    link = f"{BASE}/gazette/me/data/0000000000005"
    written = mail.takeout(look(language=language), link=link, expires_at=NOW + timedelta(days=7))
    page = LexborHTMLParser(written.html)

    assert link in written.text.splitlines()
    assert [each.attributes["href"] for each in page.css("a")] == [link]
    assert page.css_first("html").attributes["dir"] == environment.direction(language)
    assert page.css("img, script, link, style, iframe, object, form") == []


@pytest.mark.parametrize("language", environment.LANGUAGES)
def test_the_page_is_there_in_every_language(language: str) -> None:
    _, page = unpacked(pack(comment(), language=language))

    assert page.css_first("html").attributes["lang"] == language
    assert len(page.css("article")) == 1


def test_connected_sign_ins_are_named() -> None:
    kept = OwnConnection(provider="google", subject=HOSTILE, label=HOSTILE, created_at=NOW, used_at=None)

    data, page = unpacked(pack(owned=replace(belongings(), connected=(kept,))))

    assert data["connected"] == [
        {
            "provider": "google",
            "subject": HOSTILE,
            "label": HOSTILE,
            "created_at": "2026-03-01T12:00:00Z",
            "used_at": None,
        }
    ]
    assert page.css_first("li code").text() == HOSTILE


def test_programs_are_named_and_their_tokens_are_nowhere() -> None:
    kept = OwnToken(name=HOSTILE, scope=Scope.WRITE, created_at=NOW, seen_at=None, expires_at=NOW)

    data, page = unpacked(pack(owned=replace(belongings(), tokens=(kept,))))

    moment = "2026-03-01T12:00:00Z"
    assert data["tokens"] == [
        {"name": HOSTILE, "scope": "write", "created_at": moment, "seen_at": None, "expires_at": moment}
    ]
    assert page.css_first("li bdi").text() == HOSTILE
    assert page.css("script, img") == []


def test_passkeys_are_named_and_their_keys_stay_away() -> None:
    kept = OwnPasskey(name=HOSTILE, created_at=NOW, used_at=None)

    data, page = unpacked(pack(owned=replace(belongings(), passkeys=(kept,))))

    assert data["passkeys"] == [{"name": HOSTILE, "created_at": "2026-03-01T12:00:00Z", "used_at": None}]
    assert page.css_first("li bdi").text() == HOSTILE
    assert page.css("script, img") == []
