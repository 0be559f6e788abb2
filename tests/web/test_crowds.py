"""Comments of many at once: each is there once, and who is refused is refused alone, though work may be done twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx2 import Response

from tertulia.testing.builders import ORIGIN
from tests.services.looking import names_of_events
from tests.web import browsing
from tests.web.browsing import JSON, Web
from tests.worker.house import wait_until

MOST = 12
DEADLINE = 20

Ask = Callable[[], Response]


@pytest.fixture
def web(sqlite_database: str) -> Iterator[Web]:
    """A site whose network may send just so many texts. Only SQLite's writers share commits."""
    with browsing.opened(sqlite_database, posts_per_minute_per_network=MOST) as opened:
        opened.make.policy(longest_comment=1000)
        yield opened


def posting(web: Web, number: int, **fields: str) -> Ask:
    """A guest of its own. What is refused has taken its key before."""
    told = {"url": f"{ORIGIN}/harbour", "name": f"Ann {number}", "body": f"Hello {number}.", **fields}
    headers = {**JSON, "Tertulia-Guest": f"{number:043}"}
    return lambda: web.send("/gazette/comments", {"key": f"{number:020}", **told}, headers=headers)


def too_long(web: Web, number: int) -> Ask:
    return posting(web, number, body="long " * 300)


def at_once(web: Web, *asks: Ask) -> list[Response]:
    """Ask while the writing thread is busy, so that all of them wait for one batch."""
    workers, gate = web.parts.workers, threading.Event()
    with ThreadPoolExecutor(len(asks) + 1) as pool:
        portal: Any = web.client.portal
        busy = pool.submit(portal.call, workers.write, gate.wait, DEADLINE)
        wait_until(lambda: workers.inside == 1, "the writing thread is busy")
        told = []
        for waiting, ask in enumerate(asks, start=2):
            told.append(pool.submit(ask))
            wait_until(lambda: workers.inside == waiting, f"{waiting} wait")  # noqa: B023 - it is waited for here
        gate.set()
        assert busy.result()
        return [each.result() for each in told]


def count_posted(web: Web) -> int:
    return names_of_events(web.make).count("comment.posted")


def test_comments_of_one_moment_are_all_there_once(web):
    told = at_once(web, *(posting(web, number) for number in range(MOST)))

    assert [each.status_code for each in told] == [201] * MOST
    assert sorted(each.json()["revision"] for each in told) == list(range(1, MOST + 1))
    page = web.get(f"/gazette/s/{told[0].json()['story']}").text
    assert [page.count(f"Hello {number}.") for number in range(MOST)] == [1] * MOST


@pytest.mark.parametrize("refused", [{0}, {3}, {5}, {1, 4}, {0, 1, 2, 3, 4, 5}])
def test_who_is_refused_is_refused_alone_and_the_others_are_posted_once(web, refused):
    asks = [too_long(web, number) if number in refused else posting(web, number) for number in range(6)]

    told = at_once(web, *asks)

    assert [each.status_code for each in told] == [422 if number in refused else 201 for number in range(6)]
    assert {told[number].json()["code"] for number in refused} == {"too-long"}
    revisions = [each.json()["revision"] for each in told if each.status_code == 201]
    assert revisions == list(range(1, 7 - len(refused)))
    assert count_posted(web) == 6 - len(refused)


def test_the_key_of_who_was_refused_is_free_again(web):
    at_once(web, posting(web, 0), too_long(web, 1), posting(web, 2))

    assert posting(web, 1)().status_code == 201
    assert count_posted(web) == 3


def test_a_text_that_is_done_twice_counts_once_for_its_network(web):
    at_once(web, posting(web, 0), posting(web, 1), too_long(web, 2))

    after = [posting(web, number)().status_code for number in range(3, MOST)]

    assert after == [201] * (MOST - 3)
    assert posting(web, MOST)().status_code == 429


def test_a_guest_without_a_secret_gets_the_one_that_was_kept(web):
    def first() -> Response:
        fields = {"url": f"{ORIGIN}/harbour", "name": "Bo", "body": "Hello.", "key": "short"}
        return web.someone_else().send("/gazette/comments", fields, headers=JSON)

    told = at_once(web, first, too_long(web, 1))[0]

    secret = next(iter(told.cookies.values()))
    mine = web.get(f"/gazette/mine?story={told.json()['story']}", headers={"Tertulia-Guest": secret}).json()
    assert [each["id"] for each in mine["own"]] == [told.json()["id"]]


def test_a_moderator_s_decision_between_comments_is_kept_beside_who_is_refused(web):
    web.make.policy(hold_first=True)
    held = posting(web, 0)()
    web.make.policy(hold_first=False)
    web.enter_desk()
    decide = {"outcome": "publish", "revision": "1"}

    told = at_once(
        web,
        posting(web, 1),
        lambda: web.send(f"/gazette/desk/c/{held.json()['id']}", decide),
        too_long(web, 2),
        posting(web, 3),
    )

    assert [each.status_code for each in told] == [201, 303, 422, 201]
    assert count_posted(web) == 3
