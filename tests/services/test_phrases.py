"""The lists of a site: who may change them, what a change does to the policy, and what happens to comments then."""

from datetime import timedelta

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.comments import CommentDraft, NotTaken, PostState
from tertulia.domain.errors import Forbidden
from tertulia.domain.moderation import Outcome
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.phrases import MOST_PHRASES, BadPhrase, Matching, Phrase, PhraseKind, TooManyPhrases
from tertulia.services import comments, phrases, sites
from tertulia.services.freshness import ProveAgain
from tertulia.services.sites import BadPolicy
from tertulia.store import decisions
from tertulia.testing.builders import ORIGIN, Make
from tests.services.looking import happened
from tests.services.test_roles import person

BANNED = Phrase(words="")
SUSPECT = Phrase(words="", kind=PhraseKind.SUSPECT)


def add(make: Make, lines: str, otherwise: Phrase = BANNED) -> int:
    with make.write(SYSTEM) as unit:
        return phrases.add(unit, lines, otherwise=otherwise)


def post(make: Make, body: str):
    guest = make.guest()
    with make.write(guest.actor) as unit:
        draft = CommentDraft(body=body, story_url=f"{ORIGIN}/harbour", name=guest.name)
        return comments.post(unit, draft)


def listed(make: Make, **options) -> list[str]:
    with make.read(SYSTEM) as unit:
        return [each.phrase.words for each in phrases.list_page(unit, most=100, **options)]


def policy(make: Make):
    with make.read() as unit:
        return unit.policy


def test_banned_phrases_are_refused_and_suspect_ones_held(make):
    add(make, "idiot")
    add(make, "knave", SUSPECT)

    with pytest.raises(NotTaken) as refused:
        post(make, "You 1d10t!")
    held = post(make, "You knave!")

    assert refused.value.findings[0].parameters["found"] == "1d10t"
    assert held.state is PostState.HELD
    with make.read() as unit:
        (made,) = decisions.for_comment(unit.db, unit.site.id, held.comment.id)
    assert (made.findings[0].code, made.findings[0].start, made.findings[0].end) == ("suspect-phrase", 4, 9)
    assert made.policy_version == policy(make).version
    assert post(make, "You sage!").state is PostState.POSTED


def test_places_are_those_of_the_plain_text(make):
    add(make, "knave", SUSPECT)

    held = post(make, "> quoted\n\nYou **knave**, see [this](https://example.org/x)!")

    with make.read() as unit:
        (made,) = decisions.for_comment(unit.db, unit.site.id, held.comment.id)
        (finding,) = made.findings
    assert finding.parameters["found"] == "knave"


def test_a_change_counts_from_the_next_comment_on(make):
    add(make, "knave", SUSPECT)
    assert post(make, "You knave!").state is PostState.HELD

    with make.write(SYSTEM) as unit:
        (only,) = phrases.list_page(unit, most=2)
        assert phrases.remove(unit, [only.id]) == 1

    assert post(make, "You knave!").state is PostState.POSTED
    assert listed(make) == []


def test_each_change_is_a_version_that_says_so(make):
    add(make, "knave")
    first = policy(make)
    add(make, "fool")

    assert (first.version, policy(make).version) == (2, 3)
    assert first.phrases_edition != policy(make).phrases_edition
    _, facts = happened(make)[-1]
    assert facts["choices"] == ["phrases_edition"]


def test_an_older_version_does_not_bring_older_lists(make):
    add(make, "knave", SUSPECT)
    make.policy(most_links=2)
    add(make, "fool", SUSPECT)

    with make.write(SYSTEM) as unit:
        sites.go_back(unit, 2, seen=4)

    assert (policy(make).version, policy(make).most_links) == (5, 5)
    assert post(make, "You fool!").state is PostState.HELD


def test_the_edition_cannot_be_chosen(make):
    with pytest.raises(BadPolicy):
        make.policy(phrases_edition="another")


def test_many_lines_are_added_at_once_each_phrase_once(make):
    lines = "idiot\n\n# a remark\nIdiot\r\ndumm\tsuspect\tstem\tde\nidiot\tsuspect"

    assert add(make, lines) == 3
    assert add(make, lines) == 0

    assert listed(make) == ["idiot", "dumm", "idiot"]
    assert listed(make, kind=PhraseKind.SUSPECT) == ["idiot", "dumm"]
    assert listed(make, search="UM") == ["dumm"]
    assert listed(make, search="%") == []


def test_lists_are_paged_from_the_newest(make):
    add(make, "\n".join(f"word {number:02}" for number in range(25)))

    with make.read(SYSTEM) as unit:
        seen, before = [], None
        while page := phrases.list_page(unit, before=before, most=10):
            seen += [each.phrase.words for each in page]
            before = page[-1].id

    assert seen == [f"word {number:02}" for number in reversed(range(25))]


def test_a_line_that_is_none_is_named_and_nothing_is_added(make):
    with pytest.raises(BadPhrase) as refused:
        add(make, "idiot\n\nfo*l\nknave")

    assert refused.value.parameters == {"number": 3, "line": "fo*l"}
    assert (listed(make), policy(make).version) == ([], 1)


def test_there_is_a_most(make):
    assert add(make, "\n".join(f"word {number}" for number in range(MOST_PHRASES - 1))) == MOST_PHRASES - 1

    with pytest.raises(TooManyPhrases):
        add(make, "one\ntwo")
    assert add(make, "one") == 1


def test_a_written_list_makes_the_same_list(make):
    add(make, "idiot\ndumm\tsuspect\tstem\tde\n*fool*\tbanned\twildcard")
    with make.read(SYSTEM) as unit:
        lines = phrases.written(unit)
        ids = [each.id for each in phrases.list_page(unit, most=9)]
    with make.write(SYSTEM) as unit:
        phrases.remove(unit, ids)

    assert add(make, lines, SUSPECT) == 3
    with make.read(SYSTEM) as unit:
        assert phrases.written(unit) == lines
        assert phrases.list_page(unit, most=1)[0].phrase == Phrase(words="*fool*", matching=Matching.WILDCARD)


def test_the_box_says_what_would_follow(make):
    add(make, "idiot")
    add(make, "knave", SUSPECT)

    with make.read(SYSTEM) as unit:
        tried = phrases.try_on(unit, "You *knave*, you i d i o t.")

    assert tried.text == "You knave, you i d i o t."
    assert [(each.parameters["found"], outcome) for each, outcome in tried.found] == [
        ("knave", Outcome.HOLD),
        ("i d i o t", Outcome.REJECT),
    ]
    assert (tried.outcome, tried.is_on) == (Outcome.REJECT, True)


def test_the_box_says_when_the_rule_is_off(make):
    add(make, "idiot")
    make.policy(rules=["length"])

    with make.read(SYSTEM) as unit:
        assert not phrases.try_on(unit, "idiot").is_on
    assert post(make, "You idiot!").state is PostState.POSTED


@pytest.mark.parametrize("role", [Role.READER, Role.TRUSTED, Role.STAFF, Role.MODERATOR])
def test_lists_are_for_editors(make, role):
    actor = person(make, role)

    for call in (
        lambda unit: phrases.list_page(unit, most=1),
        phrases.count,
        phrases.written,
        lambda unit: phrases.try_on(unit, "x"),
        lambda unit: phrases.add(unit, "idiot", otherwise=BANNED),
        lambda unit: phrases.remove(unit, []),
    ):
        with make.write(actor) as unit, pytest.raises(Forbidden):
            call(unit)


def test_an_editor_proves_anew_before_a_change(make):
    actor = person(make, Role.EDITOR)
    with make.write(actor) as unit:
        assert phrases.add(unit, "idiot", otherwise=BANNED) == 1
    make.clock.advance(timedelta(minutes=16))

    with make.write(actor) as unit, pytest.raises(ProveAgain):
        phrases.add(unit, "knave", otherwise=BANNED)
    assert listed(make) == ["idiot"]
