"""Stories and sites: opened once, counted together, closed by staff; policies in versions."""

from datetime import timedelta

import pytest

from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import StoryId
from tertulia.domain.permissions import NOBODY, SYSTEM
from tertulia.domain.policy import GuestPolicy, Policy
from tertulia.domain.sites import BadOrigin, BadSiteKey
from tertulia.services import sites, stories
from tertulia.services.sites import BadLanguage, BadPolicy, SiteExists
from tertulia.testing.builders import ORIGIN, Make
from tests.services.looking import happened, names_of_events


def test_a_story_is_found_by_any_form_of_its_address(make):
    story = make.story("harbour/ferry", title=" The \n ferry ")

    with make.read() as unit:
        assert stories.find_by_url(unit, f"{ORIGIN}:443/harbour/ferry/?utm_id=1#a") == story
        assert stories.find_by_url(unit, f"{ORIGIN}/harbour") is None
    assert story.title == "The ferry"


def test_opening_again_changes_nothing(make):
    story = make.story("a", title="One")

    assert make.story("a", title="Two") == story
    assert names_of_events(make) == ["story.opened"]


def test_counts_of_many_addresses_come_together(make):
    story = make.story("a")
    make.comment(story=story)
    make.comment(story=story, status="held")
    urls = [f"{ORIGIN}/a", f"{ORIGIN}/a/?ref=x", f"{ORIGIN}/b", "no address", ""]

    with make.read() as unit:
        assert stories.counts(unit, urls) == dict(zip(urls, [1, 1, 0, 0, 0], strict=True))
        assert stories.counts(unit, []) == {}
        assert len(stories.counts(unit, [f"{ORIGIN}/{number}" for number in range(150)])) == 100


def test_the_latest_discussed_stories_come_first_and_page_by_page(make):
    made = [make.story(str(number)) for number in range(5)]
    make.story("silent")
    for story in [*made, made[0]]:
        make.comment(story=story)
    order = [made[0], *made[:0:-1]]

    with make.read() as unit:
        listed = stories.list_latest(unit, most=3)
        story, moment = listed[-1]
        listed += stories.list_latest(unit, before=(moment, story.id), most=3)

    assert [story.id for story, _ in listed] == [story.id for story in order]


def test_staff_closes_and_opens_a_story_and_it_is_told_once(make):
    story = make.story()
    for is_open in (False, False, True):
        with make.write(make.moderator) as unit:
            changed = stories.set_open(unit, story.id, is_open=is_open)
        assert changed.is_open is is_open

    assert [facts["is_open"] for name, facts in happened(make) if name == "story.changed"] == [False, True]
    with make.read() as unit:
        assert stories.get(unit, story.id) == changed


def test_readers_close_nothing(make):
    story = make.story()

    with pytest.raises(Forbidden), make.write(NOBODY) as unit:
        stories.set_open(unit, story.id, is_open=False)


def test_an_unknown_story_is_not_found(make):
    with make.read() as unit, pytest.raises(NotFound):
        stories.get(unit, StoryId(5))


def test_sites_do_not_see_each_others_stories(make):
    story = make.story("a")
    other = Make(make.units, make.clock, key="other")
    other.site()

    with other.read() as unit:
        assert stories.find_by_url(unit, story.url) is None
        with pytest.raises(NotFound):
            stories.get(unit, story.id)
    assert other.story("a").id != story.id


def test_a_site_is_added_once(empty):
    site = empty.site(name="  The Gazette ", origins=["HTTPS://x.example:443/", "https://x.example"])

    assert (site.name, site.origins, site.language) == ("The Gazette", ("https://x.example",), "en")
    assert sites.list_all(empty.units) == [site]
    with pytest.raises(SiteExists):
        empty.site()


@pytest.mark.parametrize(
    ("key", "changes", "error"),
    [
        ("Gazette", {}, BadSiteKey),
        ("api", {}, BadSiteKey),
        ("g", {"origins": ["x.example"]}, BadOrigin),
        ("g", {"language": "tlh"}, BadLanguage),
    ],
)
def test_a_site_that_cannot_be_is_refused(empty, key, changes, error):
    with pytest.raises(error):
        sites.add(empty.units, key, **{"name": "G", "origins": [ORIGIN], **changes})
    assert sites.list_all(empty.units) == []


def test_an_unknown_site_is_not_found(make):
    with pytest.raises(NotFound), make.units.read("nobody", NOBODY):
        pass


def test_a_site_changes_name_origins_and_language(make):
    with make.write(SYSTEM) as unit:
        changed = sites.change(unit, name="New", origins=["http://localhost:8000"], language="ar")

    assert (changed.name, changed.origins, changed.language) == ("New", ("http://localhost:8000",), "ar")
    assert sites.list_all(make.units) == [changed]


def test_a_policy_begins_with_defaults_and_counts_its_versions(make):
    with make.read() as unit:
        assert unit.policy == Policy()

    first = make.policy(longest_comment="500", guests="refused", is_read_only="true", rules="length, rate")
    second = make.policy(hold_first=True, default_sort="replied")

    assert (first.version, second.version) == (2, 3)
    with make.read() as unit:
        assert unit.policy == second
        assert unit.policy == Policy(
            version=3,
            longest_comment=500,
            guests=GuestPolicy.REFUSED,
            is_read_only=True,
            rules=("length", "rate"),
            hold_first=True,
            default_sort="replied",
        )


@pytest.mark.parametrize(
    "choices",
    [
        {"no_such_choice": 1},
        {"version": 7},
        {"longest_comment": "many"},
        {"longest_comment": -1},
        {"is_read_only": "perhaps"},
        {"guests": "some"},
        {"default_sort": "best"},
        {"rules": "length, lenght"},
        {"networks_kept_days": 3_651},
        {"hold_mail_after_hours": 721},
        {"appeal_days": 3_651},
        {"appeal_answer_days": 366},
        {"log": "some"},
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_changes_nothing(make, choices):
    with pytest.raises(BadPolicy):
        make.policy(edit_seconds=60, **choices)
    with make.read() as unit:
        assert unit.policy == Policy()


def test_the_rules_a_policy_leaves_out_do_not_screen(make):
    make.policy(rules="closed", longest_comment=5)

    assert make.comment("Longer than five.").is_listed


def test_times_move_with_the_clock(make):
    first = make.comment()
    make.clock.advance(timedelta(days=1))

    assert make.comment().id > first.id
