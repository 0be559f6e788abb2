"""One's own data over HTTP: asked for by a button, fetched by its owner in a signed-in browser and by nobody else."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tertulia.domain import ids
from tertulia.services import my_data
from tertulia.worker.loop import Runner
from tertulia.worker.post import Post
from tertulia.worker.tasks import TASKS
from tests.web import browsing
from tests.web.browsing import BASE, JSON, ORIGIN, Web, one, said, tree
from tests.web.test_conversations import enter
from tests.web.test_sign_in import bearer

FORM = "form[action*='/me/data']"
LINK = "a[href*='/me/data/']"


@pytest.fixture
def web(database: str) -> Iterator[Web]:
    with browsing.opened(database, is_development=True) as opened:
        yield opened


def work(web: Web) -> None:
    runner = Runner(web.make.units, tasks=TASKS, post=Post(base_url=BASE, send=lambda _: None))
    while runner.run_one() is not None:
        pass


def made(web: Web) -> str:
    """Sign in, ask, have it made; give the path where it lies."""
    enter(web)
    assert web.send("/gazette/me/data").headers["location"] == f"{BASE}/gazette/me#data"
    work(web)
    return str(one(web.get("/gazette/me"), LINK).attributes["href"]).removeprefix(BASE)


def test_a_reader_asks_waits_and_fetches(web: Web) -> None:
    enter(web)
    asked = web.send("/gazette/me/data")
    waiting = web.follow(asked)
    work(web)
    ready = web.get("/gazette/me")

    assert "is being put together" in said(waiting, "main")
    assert not tree(waiting).css(LINK)
    assert not tree(waiting).css(FORM)
    assert "KB, until" in said(ready, "main")
    fetched = web.get(str(one(ready, LINK).attributes["href"]).removeprefix(BASE))
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        assert archive.namelist() == ["data.json", "data.html"]


def test_it_is_a_file_to_keep_and_never_a_page_of_ours(web: Web) -> None:
    headers = web.get(made(web)).headers

    assert headers["content-type"] == "application/zip"
    assert headers["content-disposition"].startswith('attachment; filename="gazette-my-data-')
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_the_link_of_a_mail_opens_nothing_without_a_session(web: Web) -> None:
    path = made(web)

    response = web.someone_else().get(path)

    assert response.status_code == 303
    assert response.headers["location"] == f"{BASE}/gazette/sign-in?next={BASE}{path}"


def test_another_account_finds_nothing_there(web: Web) -> None:
    path, bob = made(web), web.someone_else()
    enter(bob, "bob@reader.example")

    assert bob.get(path).status_code == 404
    assert not tree(bob.get("/gazette/me")).css(LINK)


def test_a_guest_is_led_to_sign_in_and_asks_for_nothing(web: Web) -> None:
    guest = web.someone_else()
    guest.client.cookies.set("tertulia_guest_gazette", browsing.SECRET, domain="testserver.local")

    assert guest.send("/gazette/me/data").status_code == 401
    assert guest.get(made(web)).status_code == 303


def test_a_token_of_an_embed_neither_asks_nor_fetches(web: Web) -> None:
    path = made(web)
    headers = {
        **JSON,
        "Origin": ORIGIN,
        "Sec-Fetch-Site": "cross-site",
        "Authorization": f"Bearer {bearer(web)}",
    }
    embed = web.someone_else()

    assert embed.get(path, headers=headers).status_code == 403
    assert embed.send("/gazette/me/data", headers=headers).status_code == 403


def test_a_foreign_page_asks_for_nothing(web: Web) -> None:
    enter(web)

    foreign = web.send("/gazette/me/data", headers={"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"})

    assert foreign.status_code == 403
    assert tree(web.get("/gazette/me")).css(FORM)


def test_twice_a_day_is_refused(web: Web) -> None:
    enter(web)
    web.send("/gazette/me/data")

    again = web.send("/gazette/me/data", headers={**browsing.OWN_PAGE, **JSON})

    assert (again.status_code, again.json()["code"]) == (409, "takeout-asked")


def test_after_a_week_it_is_over_and_one_may_ask_again(web: Web) -> None:
    path = made(web)
    web.clock.advance(my_data.KEPT)

    page = web.get("/gazette/me")

    assert web.get(path).status_code == 404
    assert "cannot be fetched any more" in said(page, "main")
    assert not tree(page).css(LINK)
    assert tree(page).css(FORM)


def test_after_a_day_the_first_is_there_and_one_may_ask_again(web: Web) -> None:
    path = made(web)
    web.clock.advance(timedelta(days=1))

    assert tree(web.get("/gazette/me")).css(FORM)
    assert web.send("/gazette/me/data").status_code == 303
    assert web.get(path).status_code == 200


@pytest.mark.parametrize("name", ["x", "0" * 13, ids.encode(5), "%2e%2e"])
def test_what_was_never_made_is_not_there(web: Web, name: str) -> None:
    enter(web)

    assert web.get(f"/gazette/me/data/{name}").status_code == 404
