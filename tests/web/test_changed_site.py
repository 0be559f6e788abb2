"""Pages that are kept show a changed policy, name or language soon, in every process that hears of it."""

import time
from collections.abc import Callable

import pytest
from httpx2 import Response

from tertulia.domain.permissions import SYSTEM
from tertulia.realtime import nudges
from tertulia.services import outbox, sites
from tertulia.web.cache import OLDEST_SECONDS
from tests.web.browsing import Web, tree


def soon(web: Web, path: str, is_shown: Callable[[Response], bool]) -> None:
    """Wait until a page is made anew, as it is a quarter of a second after the last time; by age it is after sixty."""
    deadline = time.monotonic() + OLDEST_SECONDS / 4
    while not is_shown(web.get(path)):
        assert time.monotonic() < deadline, f"{path} was not made anew"


def begins(words: str) -> Callable[[Response], bool]:
    return lambda page: tree(page).css(".tt-body")[0].text(strip=True) == words


def change(web: Web, **choices: object) -> None:
    with web.make.write(SYSTEM) as unit:
        sites.change_policy(unit, choices)


def hear_of(web: Web) -> list[str]:
    """Hear what the relay tells of, as another process does; give the nudges' names."""
    told = []
    for each in outbox.list_unrelayed(web.make.units, most=100):
        nudge = nudges.of_event(each.site, each.story_id, each.id, each.name, each.facts)
        if nudge is not None:
            web.parts.revisions.hear(nudge)
            told.append(nudge.name)
    return told


def test_another_order_shows_at_once(web: Web) -> None:
    story = web.make.story("harbour")
    for words in ("First.", "Second."):
        web.make.comment(words, story=story)
    assert begins("Second.")(web.get(web.path(story)))

    change(web, default_sort="oldest")

    soon(web, web.path(story), begins("First."))


@pytest.mark.parametrize(
    ("changes", "shown"), [({"name": "The Mercury"}, "The Mercury"), ({"language": "de"}, 'lang="de"')]
)
def test_another_name_or_language_shows_at_once(web: Web, changes: dict[str, str], shown: str) -> None:
    story = web.make.story("harbour")
    web.make.comment(story=story)
    assert shown not in web.get(web.path(story)).text

    with web.make.write(SYSTEM) as unit:
        sites.change(unit, **changes)

    soon(web, web.path(story), lambda page: shown in page.text)


def test_another_process_hears_of_it(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    story = web.make.story("harbour")
    for words in ("First.", "Second."):
        web.make.comment(words, story=story)
    hear_of(web)
    assert begins("Second.")(web.get(web.path(story)))
    # What another process commits is not seen by this one until its nudge comes.
    monkeypatch.setattr(web.parts.revisions, "follow_commit", lambda *_: None)
    change(web, default_sort="oldest")

    told = hear_of(web)

    assert told[-1] == nudges.SITE_CHANGED
    soon(web, web.path(story), begins("First."))


def test_pages_of_other_sites_stay_kept(web: Web) -> None:
    story = web.make.story("harbour")
    web.make.comment(story=story)
    web.get(web.path(story))
    sites.add(web.make.units, "herald", name="The Herald", origins=["https://herald.example"])
    renders = web.parts.cache.renders

    with web.make.units.write("herald", SYSTEM) as unit:
        sites.change(unit, name="The New Herald")
    web.get(web.path(story))

    assert web.parts.cache.renders == renders
