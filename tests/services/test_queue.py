"""Queues: what is in them, what they are narrowed to, how they are paged, and who has an item."""

from datetime import timedelta

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome, Reason, Ruling
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.domain.queues import (
    MOST_VIEWS,
    NO_FILTERS,
    TAKEN_FOR,
    Age,
    BadView,
    Filters,
    ItemTaken,
    Place,
    Queue,
    read_filters,
)
from tertulia.domain.transfer import PortableAuthor, PortableEntry, PortableStory
from tertulia.services import accounts, comments, deciding, queue, transfer
from tertulia.services.deciding import Picked
from tertulia.services.moderation import Stale
from tertulia.store import people, queue_pages
from tertulia.testing.builders import ORIGIN
from tests.services.test_concurrency import at_once
from tests.services.test_sections import moderator, story_in
from tests.services.test_sign_in import signed_in

INES = Actor(kind=ActorKind.MODERATOR, name="Ines")


def listed(make, which=Queue.HELD, actor=None, **filters):
    with make.read(actor or make.moderator) as unit:
        return [item.comment.id for item in queue.list_items(unit, which, Filters(**filters)).items]


def holder_of(make, comment, actor=None):
    with make.read(actor or make.moderator) as unit:
        holder = queue.get(unit, comment.id).holder
        return holder and (holder.name, holder.is_me)


def take(make, comment, actor=None):
    with make.write(actor or make.moderator) as unit:
        queue.take(unit, comment.id)


def remove(make, comment, actor=None):
    with make.write(actor or make.moderator) as unit:
        ruling = Ruling(outcome=Outcome.REMOVE, reason=Reason.ABUSE)
        return deciding.decide(unit, comment.id, ruling, seen_revision=comment.revision)


def flag(make, comment, weight):
    """Let a comment wait for the weight of its flags, as flags do it."""
    with make.write(make.moderator) as unit:
        unit.db.exec_driver_sql(
            "INSERT INTO item (site_id, comment_id, is_held, flag_count, flag_weight, story_id, section,"
            " author_id, language, codes, score, since, taken_name)"
            f" SELECT site_id, id, {'0' if unit.db.dialect.name == 'sqlite' else 'false'}, 1, {weight}, story_id,"
            f" '', author_id, language, '', 0, created_at, '' FROM comment WHERE id = {comment.id}"
        )


def test_each_queue_has_its_own(make):
    held, seen, removed = make.comment(status="held"), make.comment(), make.comment(status="removed")
    heavy, light = make.comment(), make.comment()
    flag(make, light, 0.5)
    flag(make, heavy, 2.5)
    with make.write(make.moderator) as unit:
        queue.mark_read(unit, [seen.id])

    assert listed(make) == [held.id]
    assert listed(make, Queue.FLAGGED) == [heavy.id, light.id]
    assert listed(make, Queue.UNREAD) == [light.id, heavy.id]
    assert listed(make, Queue.ALL) == [each.id for each in (light, heavy, removed, seen, held)]
    assert listed(make, Queue.DECIDED) == [removed.id]


def test_flags_are_walked_from_one_page_to_the_next(make):
    made = [make.comment() for _ in range(5)]
    for comment, weight in zip(made, (0.1, 0.7, 0.3, 0.7, 0.1), strict=True):
        flag(make, comment, weight)

    with make.read(make.moderator) as unit:
        found, after = [], None
        while True:
            page = queue.list_items(unit, Queue.FLAGGED, NO_FILTERS, after=after, most=2)
            found += [item.comment.id for item in page.items]
            after = page.onward
            if after is None:
                break

    assert found == [made[number].id for number in (3, 1, 2, 4, 0)]


def test_filters_are_combined(make):
    make.policy(most_links=0)
    sport = story_in(make, "sport", "Sport")
    anna, ben = make.guest("Anna"), make.guest("Ben")
    links = make.comment("See https://a.example", story=sport, guest=anna)
    plain = make.comment(story=sport, guest=anna, status="held")
    other = make.comment("See https://b.example", guest=ben)
    face = links.author.id

    assert listed(make, section="sport") == [links.id, plain.id]
    assert listed(make, finding="many-links") == [links.id, other.id]
    assert listed(make, author=face) == [links.id, plain.id]
    assert listed(make, author=face, finding="many-links", section="Sport") == [links.id]
    assert listed(make, least=50) == [links.id, other.id]
    assert listed(make, most=50) == [plain.id]
    assert listed(make, finding="links") == []
    assert listed(make, section="Weather") == []
    assert listed(make, Queue.ALL, author=face) == [plain.id, links.id]
    assert listed(make, Queue.ALL, section="Sport") == [plain.id, links.id]


def test_a_queue_is_narrowed_to_a_language_and_an_age(make):
    old = make.comment(status="held")
    make.clock.advance(timedelta(hours=2))
    new = make.comment(status="held")
    with make.write(make.moderator) as unit:
        for table in ("item", "comment"):
            key = "comment_id" if table == "item" else "id"
            unit.db.exec_driver_sql(f"UPDATE {table} SET language = 'de-AT' WHERE {key} = {old.id}")

    for which in (Queue.HELD, Queue.ALL):
        assert listed(make, which, language="de") == [old.id]
        assert listed(make, which, age=Age.HOUR) == [new.id]
        assert listed(make, which, age=Age.OVER_HOUR) == [old.id]
        assert listed(make, which, age=Age.OVER_DAY) == []


def test_a_rare_section_makes_nobody_read_everything(make, monkeypatch):
    monkeypatch.setattr(queue_pages, "WALKED", 3)
    rare = make.comment(story=story_in(make, "rare", "Chess"))
    for _ in range(7):
        make.comment()

    with make.read(make.moderator) as unit:
        pages, after = [], None
        while not pages or after is not None:
            page = queue.list_items(unit, Queue.ALL, Filters(section="Chess"), after=after)
            pages.append([item.comment.id for item in page.items])
            after = page.onward

    assert pages == [[], [], [rare.id]]


def test_counts_stop_at_a_thousand(make, monkeypatch):
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    for _ in range(4):
        make.comment(status="held")
    make.comment()

    with make.read(make.moderator) as unit:
        assert queue.counts(unit) == {Queue.HELD: 3, Queue.FLAGGED: 0, Queue.UNREAD: 1}


def test_counts_are_those_of_ones_own_sections(make):
    make.comment(story=story_in(make, "sport", "Sport"), status="held")
    make.comment(story=story_in(make, "arts", "Arts"), status="held")
    make.comment(story=story_in(make, "arts", "Arts"))

    with make.read(moderator(make, "Sport")) as unit:
        assert queue.counts(unit) == {Queue.HELD: 1, Queue.FLAGGED: 0, Queue.UNREAD: 0}


def test_an_item_has_one_holder_for_a_time(make):
    held = make.comment(status="held")

    take(make, held)

    assert holder_of(make, held) == ("Maren", True)
    assert holder_of(make, held, INES) == ("Maren", False)
    with pytest.raises(ItemTaken) as refusal:
        take(make, held, INES)
    assert refusal.value.parameters == {"name": "Maren"}
    make.clock.advance(TAKEN_FOR)
    assert holder_of(make, held) is None
    take(make, held, INES)
    assert holder_of(make, held) == ("Ines", False)


def test_what_a_colleague_has_is_decided_by_nobody_else(make):
    held = make.comment(status="held")
    take(make, held, INES)

    with pytest.raises(ItemTaken):
        remove(make, held)
    with make.write(make.moderator) as unit:
        queue.take_over(unit, held.id)

    assert remove(make, held).reason == "abuse"
    with pytest.raises(Stale):
        remove(make, held, INES)


def test_a_decision_lets_go_of_the_item(make):
    held = make.comment(status="held")
    take(make, held)

    removed = remove(make, held)
    with make.write(INES) as unit:
        deciding.undo(unit, held.id, seen_revision=removed.revision)

    assert holder_of(make, held) is None


def test_one_releases_what_one_has_and_nothing_else(make):
    mine, theirs, kept = (make.comment(status="held") for _ in range(3))
    take(make, mine)
    take(make, kept)
    take(make, theirs, INES)

    with make.write(make.moderator) as unit:
        queue.release(unit, mine.id)
        queue.release(unit, theirs.id)

    assert [holder_of(make, each) for each in (mine, theirs, kept)] == [
        None,
        ("Ines", False),
        ("Maren", True),
    ]
    with make.write(make.moderator) as unit:
        queue.release_all(unit)
    assert [holder_of(make, each) for each in (mine, theirs, kept)] == [None, ("Ines", False), None]


def test_the_next_free_items_are_taken_in_order_as_narrowed(make):
    sport = story_in(make, "sport", "Sport")
    first, second, third = (make.comment(story=sport, status="held") for _ in range(3))
    elsewhere = make.comment(status="held")
    take(make, first, INES)

    with make.write(make.moderator) as unit:
        taken = queue.take_next(unit, Queue.HELD, Filters(section="Sport"), most=1)
        nothing = queue.take_next(unit, Queue.ALL, NO_FILTERS, most=5)

    assert (taken, nothing) == ([second.id], [])
    assert [holder_of(make, each) for each in (third, elsewhere)] == [None, None]


def test_what_does_not_wait_is_not_taken(make):
    comment = make.comment()

    take(make, comment)

    assert holder_of(make, comment) is None
    with pytest.raises(NotFound):
        take(make, type("No", (), {"id": CommentId(5)}))


def test_moderators_of_other_sections_and_readers_take_nothing(make):
    held = make.comment(story=story_in(make, "sport", "Sport"), status="held")

    for actor in (NOBODY, moderator(make, "Politics")):
        for act in (queue.take, queue.take_over, queue.release, queue.get):
            with pytest.raises(Forbidden), make.write(actor) as unit:
                act(unit, held.id)
    with make.write(moderator(make, "Politics")) as unit:
        assert queue.take_next(unit, Queue.HELD, NO_FILTERS, most=5) == []
    for call in (queue.counts, queue.release_all):
        with pytest.raises(Forbidden), make.write(NOBODY) as unit:
            call(unit)


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_who_take_at_once_one_has_it(make, attempt):
    held = make.comment(status="held")

    results = at_once(lambda: take(make, held), lambda: take(make, held, INES))

    assert sorted(type(result).__name__ for result in results) == ["ItemTaken", "NoneType"]


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_who_decide_at_once_one_decides(make, attempt):
    held = make.comment(status="held")

    results = at_once(lambda: remove(make, held), lambda: remove(make, held, INES))

    assert sorted(type(result).__name__ for result in results) == ["Comment", "Stale"]


def test_two_who_take_the_next_at_once_share_them(make):
    made = {make.comment(status="held").id for _ in range(8)}

    def work(actor):
        def run():
            with make.write(actor) as unit:
                return queue.take_next(unit, Queue.HELD, NO_FILTERS, most=4)

        return run

    mine, theirs = at_once(work(make.moderator), work(INES))

    assert not set(mine) & set(theirs)
    assert set(mine) | set(theirs) <= made


def test_a_selection_is_decided_one_by_one_and_taken_back_as_one(make):
    changed, taken, good, gone = (make.comment(status="held") for _ in range(4))
    take(make, taken, INES)
    remove(make, changed)
    picked = [Picked(comment_id=each.id, revision=each.revision) for each in (changed, taken, good, gone)]
    picked.append(Picked(comment_id=CommentId(5), revision=1))

    with make.write(make.moderator) as unit:
        results = deciding.decide_all(unit, picked, Ruling(outcome=Outcome.PUBLISH))

    told = {each.picked.comment_id: type(each.refusal) for each in results if each.refusal}
    assert told == {changed.id: Stale, taken.id: ItemTaken, CommentId(5): NotFound}
    done = [each.comment for each in results if each.comment]
    assert {each.id for each in done} == {good.id, gone.id}
    with make.write(make.moderator) as unit:
        back = deciding.undo_all(unit, [Picked(comment_id=each.id, revision=each.revision) for each in done])
    assert [each.comment.status for each in back] == ["held", "held"]


def test_what_changed_is_told_to_who_came_too_late(make):
    guest = make.guest()
    comment = make.comment("Quite harmless.", guest=guest)
    seen_at = make.clock()
    make.clock.advance(timedelta(seconds=5))
    with make.write(guest.actor) as unit:
        edited = comments.edit(unit, comment.id, "Quite rude.")
    remove(make, edited.comment, INES)

    with make.read(make.moderator) as unit:
        changes = deciding.changes_since(unit, comment.id, seen_at)
        none = deciding.changes_since(unit, comment.id, make.clock())

    assert (changes.before, changes.now) == ("Quite harmless.", "Quite rude.")
    assert [(made.outcome, made.made_by) for made in changes.decisions] == [(Outcome.REMOVE, "Ines")]
    assert (none.is_reworded, none.decisions) == (False, ())


def test_views_are_each_moderators_own(make):
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, "ines@gazette.example", Role.MODERATOR)
    mine, theirs = moderator(make), signed_in(make, "ines@gazette.example")
    narrowed = read_filters({"section": "Sport", "least": "40", "age": "day"})

    with make.write(mine) as unit:
        queue.save_view(unit, "  Hot \n sport ", Queue.HELD, narrowed)
        queue.save_view(unit, "Unread", Queue.UNREAD, narrowed)
        queue.save_view(unit, "Unread", Queue.ALL, NO_FILTERS)

    with make.read(mine) as unit:
        found = queue.list_views(unit)
    assert [(each.name, each.queue, each.filters) for each in found] == [
        ("Hot sport", Queue.HELD, narrowed),
        ("Unread", Queue.ALL, NO_FILTERS),
    ]
    with make.write(theirs) as unit:
        assert queue.list_views(unit) == []
        queue.remove_view(unit, found[0].id)
    with make.write(mine) as unit:
        queue.remove_view(unit, found[1].id)
        assert [each.name for each in queue.list_views(unit)] == ["Hot sport"]


def test_a_view_has_a_name_and_there_are_not_too_many(make):
    with make.write(moderator(make)) as unit:
        for name in ("", " \n", "x" * 61):
            with pytest.raises(BadView):
                queue.save_view(unit, name, Queue.HELD, NO_FILTERS)
        for number in range(MOST_VIEWS):
            queue.save_view(unit, f"View {number}", Queue.HELD, NO_FILTERS)
        with pytest.raises(BadView):
            queue.save_view(unit, "One more", Queue.HELD, NO_FILTERS)
    with pytest.raises(Forbidden), make.write(make.guest().actor) as unit:
        queue.save_view(unit, "Mine", Queue.HELD, NO_FILTERS)


def test_items_behind_a_place_that_is_gone_are_still_found(make):
    first, second = make.comment(status="held"), make.comment(status="held")
    remove(make, first)

    with make.read(make.moderator) as unit:
        page = queue.list_items(unit, Queue.HELD, NO_FILTERS, after=Place(comment_id=first.id))

    assert [item.comment.id for item in page.items] == [second.id]


def test_what_held_a_comment_is_still_known_after_an_undo(make):
    make.policy(most_links=0)
    held = make.comment("See https://a.example")

    removed = remove(make, held)
    with make.write(make.moderator) as unit:
        deciding.undo(unit, held.id, seen_revision=removed.revision)

    assert listed(make, finding="many-links") == [held.id]


def test_the_line_about_an_author_says_since_when_they_write(make):
    at = make.clock() - timedelta(days=400)
    ann, ben = (PortableAuthor(source_id=name, name=name.title()) for name in ("ann", "ben"))
    records = [
        PortableStory(source_id="s", url=f"{ORIGIN}/old"),
        PortableEntry(source_id="1", story_id="s", author=ann, body="Old words.", created_at=at),
        PortableEntry(source_id="2", story_id="s", author=ben, body="Undated words."),
    ]
    list(transfer.import_records(make.units, make.key, records, source="test", secret=""))
    new = make.comment()

    with make.read(make.moderator) as unit:
        shown = [item.comment for item in queue.list_items(unit, Queue.ALL, NO_FILTERS).items]
        written_by = {comment.author.id for comment in shown}
        known = people.histories(unit.db, unit.site.id, written_by, most=10)

    since = {comment.html: known[comment.author.id].since for comment in shown}
    assert since == {"<p>Old words.</p>": at, "<p>Undated words.</p>": None, new.html: new.created_at}
