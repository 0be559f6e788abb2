"""Moderators of sections: what they see waiting, what they may decide on, and how sections are compared."""

import pytest

from tertulia.domain.accounts import BadSections, Role
from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.moderation import Outcome, Reason, Ruling, Status
from tertulia.domain.permissions import SYSTEM, Actor
from tertulia.domain.queues import NO_FILTERS, Queue
from tertulia.domain.transfer import PortableStory
from tertulia.services import accounts, comments, moderation, queue, stories, transfer
from tertulia.store import stories as story_store
from tertulia.testing.builders import ORIGIN, Make
from tests.services.looking import happened
from tests.services.test_sign_in import signed_in

MODERATOR = "maren@gazette.example"


def story_in(make: Make, path: str, section: str):
    """Bring a story with its section, as an archive does."""
    record = PortableStory(source_id=path, url=f"{ORIGIN}/{path}", title=path.title(), section=section)
    list(transfer.import_records(make.units, make.key, [record], source="archive", secret=""))
    with make.read() as unit:
        found = stories.find_by_url(unit, f"{ORIGIN}/{path}")
    assert found is not None
    return found


def moderator(make: Make, *sections: str, role: Role = Role.MODERATOR) -> Actor:
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, MODERATOR, role, sections=sections)
    return signed_in(make, MODERATOR)


def waiting(make: Make, actor: Actor) -> list[str]:
    with make.read(actor) as unit:
        return [item.comment.html for item in queue.list_items(unit, Queue.HELD, NO_FILTERS).items]


@pytest.fixture
def held(make):
    """One comment that waits in each section, and one under a story that has none."""
    sections = {"politics": "Politics", "sport": "Sport", "elsewhere": ""}
    return {
        path: make.comment(f"In {path}.", story=story_in(make, path, section), status="held")
        for path, section in sections.items()
    }


def decide(make: Make, actor: Actor, comment, outcome=Outcome.PUBLISH, reason=""):
    with make.write(actor) as unit:
        return moderation.decide(
            unit, comment.id, Ruling(outcome=outcome, reason=reason), seen_revision=comment.revision
        )


def test_a_moderator_without_sections_sees_and_decides_on_all(make, held):
    actor = moderator(make)

    assert len(waiting(make, actor)) == 3
    assert all(decide(make, actor, each).status is Status.VISIBLE for each in held.values())


def test_a_moderator_of_a_section_sees_what_waits_there_only(make, held):
    actor = moderator(make, "Sport")

    assert waiting(make, actor) == ["<p>In sport.</p>"]
    assert decide(make, actor, held["sport"]).status is Status.VISIBLE


@pytest.mark.parametrize("where", ["politics", "elsewhere"])
def test_what_waits_elsewhere_is_as_if_it_were_not_there(make, held, where):
    actor = moderator(make, "Sport")

    with pytest.raises(NotFound):
        decide(make, actor, held[where])
    with pytest.raises(NotFound), make.read(actor) as unit:
        comments.list_edits(unit, held[where].id)


def test_what_an_editor_holds_waits_for_the_moderators_of_its_section(make):
    comment = make.comment("In sport.", story=story_in(make, "sport", "Sport"))
    other = make.comment("In politics.", story=story_in(make, "politics", "Politics"))
    for each in (comment, other):
        decide(make, make.moderator, each, Outcome.HOLD)

    assert waiting(make, moderator(make, "Sport")) == ["<p>In sport.</p>"]


def test_what_stands_elsewhere_is_not_theirs_to_decide_on(make):
    comment = make.comment(story=story_in(make, "politics", "Politics"))
    removed = decide(make, make.moderator, comment, Outcome.REMOVE, Reason.ABUSE)
    actor = moderator(make, "Sport")

    with pytest.raises(Forbidden):
        decide(make, actor, removed, Outcome.RESTORE)
    with pytest.raises(Forbidden), make.write(actor) as unit:
        moderation.undo(unit, removed.id, seen_revision=removed.revision)
    with pytest.raises(Forbidden), make.read(actor) as unit:
        comments.list_edits(unit, removed.id)
    with pytest.raises(Forbidden), make.write(actor) as unit:
        stories.set_open(unit, comment.story_id, is_open=False)


def test_their_own_comments_are_seen_by_moderators_of_other_sections(make, held):
    actor = moderator(make, "Sport")
    make.policy(hold_first=True)
    story = story_in(make, "politics", "Politics")
    with make.write(actor) as unit:
        own = comments.post(unit, CommentDraft(body="Mine.", story_id=story.id, name="Maren Berg")).comment

    with make.read(actor) as unit:
        assert comments.access(unit, own.id).status is Status.HELD
    with pytest.raises(Forbidden):
        decide(make, actor, own)


@pytest.mark.parametrize(
    ("written", "named"),
    [("Sport", "sport"), ("SPORT", "Sport"), ("Österreich", "österreich"), ("Straße", "STRASSE"),
     ("Arts & Culture", " arts  &  culture ")],
)  # fmt: skip
def test_case_and_spaces_make_no_difference(make, written, named):
    make.comment("Here.", story=story_in(make, "a", written), status="held")
    actor = moderator(make, named)

    assert waiting(make, actor) == ["<p>Here.</p>"]


def test_one_section_in_several_spellings_is_one(make):
    for number, spelling in enumerate(("Sport", "sport", "SPORT", "Sports")):
        make.comment(f"{spelling}.", story=story_in(make, f"story-{number}", spelling), status="held")
    actor = moderator(make, "Sport")

    assert waiting(make, actor) == ["<p>Sport.</p>", "<p>sport.</p>", "<p>SPORT.</p>"]


def test_a_section_that_no_story_has_leaves_nothing(make, held):
    assert waiting(make, moderator(make, "Weather")) == []


def test_decided_lately_lists_the_own_sections_only(make, held):
    for each in held.values():
        decide(make, make.moderator, each)

    with make.read(moderator(make, "Sport", "Politics")) as unit:
        found = queue.list_items(unit, Queue.DECIDED, NO_FILTERS).items
        assert [item.comment.id for item in found] == [held["sport"].id, held["politics"].id]
    with make.read(make.moderator) as unit:
        assert len(queue.list_items(unit, Queue.DECIDED, NO_FILTERS).items) == 3


def test_the_queue_of_a_section_is_paged_by_a_cursor(make):
    story, other = story_in(make, "sport", "Sport"), story_in(make, "politics", "Politics")
    for number in range(6):
        make.comment(f"Number {number}.", story=story if number % 2 else other, status="held")
    actor = moderator(make, "Sport")

    with make.read(actor) as unit:
        first = queue.list_items(unit, Queue.HELD, NO_FILTERS, most=2)
        second = queue.list_items(unit, Queue.HELD, NO_FILTERS, after=first.onward, most=2)

    assert [item.comment.html for item in (*first.items, *second.items)] == [
        f"<p>Number {n}.</p>" for n in (1, 3, 5)
    ]


def test_all_sections_of_a_site_are_found_once(make):
    for number, section in enumerate(("Sport", "", "Politics", "Sport", "Arts")):
        story_in(make, f"story-{number}", section)

    with make.read() as unit:
        assert sorted(story_store.list_sections(unit.db, unit.site.id)) == ["Arts", "Politics", "Sport"]
        assert len(story_store.list_sections(unit.db, unit.site.id, most=2)) == 2


def test_sections_change_without_signing_anybody_out(make, held):
    actor = moderator(make, "Sport")
    with make.write(SYSTEM) as unit:
        changed = accounts.set_role(unit, MODERATOR, Role.MODERATOR, sections=["Politics", " politics "])

    assert changed.sections == ("Politics",)
    assert waiting(make, actor) == ["<p>In politics.</p>"]
    assert happened(make)[-1] == (
        "role.given",
        {
            "account_id": changed.id,
            "role": "moderator",
            "before": "moderator",
            "sections": ["Politics"],
            "made_by": None,
        },
    )


def test_another_role_has_no_sections(make, held):
    moderator(make, "Sport")

    assert len(waiting(make, moderator(make, role=Role.EDITOR))) == 3
    assert len(waiting(make, moderator(make))) == 3


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        (Role.EDITOR, ["Sport"]),
        (Role.READER, ["Sport"]),
        (Role.MODERATOR, ["x" * 201]),
        (Role.MODERATOR, ["Sport\x07"]),
        (Role.MODERATOR, [f"Section {number}" for number in range(51)]),
    ],
)
def test_sections_that_cannot_be_are_refused_and_nothing_is_changed(make, role, sections):
    with pytest.raises(BadSections), make.write(SYSTEM) as unit:
        accounts.set_role(unit, MODERATOR, role, sections=sections)

    with make.read() as unit:
        assert accounts.list_accounts(unit) == []
