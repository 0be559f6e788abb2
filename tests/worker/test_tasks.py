"""The tasks: what they leave, what they take away, and that twice is as good as once."""

from datetime import timedelta

import pytest

from tertulia.domain.ids import CommentId
from tertulia.domain.permissions import SYSTEM
from tertulia.realtime import nudges
from tertulia.services import jobs, markup, outbox, rendering, retention, sites
from tertulia.services.unit import Units
from tertulia.worker.loop import Runner
from tertulia.worker.tasks import TASKS
from tests.worker.house import SITE, Clock, change, founded, post, rows


def run(units: Units, task: str, *, stops: bool = False) -> None:
    """Run a task once; with `stops`, in a process that is being shut down."""
    with units.write(SITE, SYSTEM) as unit:
        jobs.defer(unit, task, {"slot": 1})
    asked = iter([False, False, stops])
    runner = Runner(units, tasks=TASKS, is_stopping=lambda: next(asked, stops))
    assert runner.run_one() is jobs.End.FINISHED


def count(units: Units, table: str) -> int:
    return int(rows(units, f"SELECT count(*) AS number FROM {table}")[0].number)


def test_comments_of_older_rules_are_rendered_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with founded(database) as units:
        first = post(units, "The harbour **freezes**.", by="Ann").comment
        post(units, "Word for *word*.", by="Ben", to=first.id)
        other = post(units, "Elsewhere.", by="Cem", story="https://gazette.example/other").comment
        change(units, "UPDATE comment SET html = '<p>old</p>'")
        monkeypatch.setattr(markup, "RENDERER", markup.RENDERER + 1)

        run(units, "render_again")

        html = [row.html for row in rows(units, "SELECT html FROM comment ORDER BY id")]
        assert html == [
            "<p>The harbour <strong>freezes</strong>.</p>",
            "<p>Word for <em>word</em>.</p>",
            "<p>Elsewhere.</p>",
        ]
        revisions = {row.id: row.revision for row in rows(units, "SELECT id, revision FROM story")}
        # One step for both comments of the story, so that pages are made anew once.
        assert revisions == {first.story_id: 3, other.story_id: 2}


def test_rendering_again_tells_the_listeners(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with founded(database) as units:
        comment = post(units).comment
        monkeypatch.setattr(markup, "RENDERER", markup.RENDERER + 1)

        run(units, "render_again")

        last = outbox.list_unrelayed(units, most=100)[-1]
        nudge = nudges.of_event(last.site, last.story_id, last.id, last.name, last.facts)
        assert nudge is not None
        assert (nudge.story_id, nudge.data["revision"]) == (comment.story_id, 2)


def test_rendering_again_twice_changes_nothing_more(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with founded(database) as units:
        post(units)
        monkeypatch.setattr(markup, "RENDERER", markup.RENDERER + 1)
        run(units, "render_again")
        before = rows(units, "SELECT revision FROM story"), rows(units, "SELECT revision FROM comment")

        run(units, "render_again")

        after = rows(units, "SELECT revision FROM story"), rows(units, "SELECT revision FROM comment")
        assert before == after


def test_walk_that_is_stopped_goes_on_in_another_job(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with founded(database) as units:
        for number in range(7):
            post(units, f"Word {number}.", by=f"Writer {number}")
        monkeypatch.setattr(markup, "RENDERER", markup.RENDERER + 1)
        monkeypatch.setattr(rendering, "STEP", 2)

        run(units, "render_again", stops=True)
        half = rows(units, "SELECT count(*) AS number FROM comment WHERE renderer < 2")[0].number
        runner = Runner(units, tasks=TASKS)
        while runner.run_one() is not None:
            pass

        assert 0 < half < 7
        assert count(units, "comment WHERE renderer < 2") == 0
        assert jobs.count_by_state(units) == {"finished": 2}


def test_walk_sees_every_comment_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with founded(database) as units:
        for number in range(6):
            post(units, f"Word {number}.", by=f"Writer {number}")
        monkeypatch.setattr(rendering, "STEP", 3)

        second = rendering.renew(units, SITE, after=CommentId(0))
        assert second is not None
        third = rendering.renew(units, SITE, after=second)
        assert third is not None
        assert rendering.renew(units, SITE, after=third) is None


@pytest.mark.parametrize("days", [30, 3])
def test_networks_are_forgotten_after_as_long_as_the_policy_says(database: str, days: int) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        with units.write(SITE, SYSTEM) as unit:
            sites.change_policy(unit, {"networks_kept_days": days})
        old = post(units, by="Ann").comment
        clock.turn(timedelta(days=days))
        post(units, by="Ben")
        clock.turn(timedelta(hours=1))

        run(units, "forget_networks")

        kept = {row.id: row.network for row in rows(units, "SELECT id, network FROM comment")}
        assert kept.pop(old.id) == ""
        assert list(kept.values()) == ["cafe"]


def test_keys_of_submits_are_forgotten_after_a_day(database: str) -> None:
    clock = Clock()
    insert = (
        "INSERT INTO submission (site_id, key_hash, comment_id, created_at) SELECT id, :key, 1, created_at"
    )
    with founded(database, clock=clock) as units:
        change(units, f"{insert} FROM site", key="old")
        clock.turn(retention.SUBMISSIONS_KEPT - timedelta(minutes=1))

        run(units, "forget_submissions")
        assert count(units, "submission") == 1
        clock.turn(timedelta(minutes=2))
        run(units, "forget_submissions")

        assert count(units, "submission") == 0


def test_sessions_that_are_over_are_forgotten(database: str) -> None:
    clock = Clock()
    insert = (
        "INSERT INTO session (site_id, token_hash, kind, name, created_at, expires_at) "
        "SELECT id, 'hash', 'session', 'Mod', created_at, created_at FROM site"
    )
    with founded(database, clock=clock) as units:
        change(units, insert)
        clock.turn(timedelta(seconds=1))

        run(units, "forget_sessions")

        assert count(units, "session") == 0


def test_finished_jobs_are_forgotten_after_a_week_and_parked_ones_stay(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        run(units, "forget_sessions")
        with units.write(SITE, SYSTEM) as unit:
            jobs.defer(unit, "broken", {})
        taken = jobs.take(units, lasting=timedelta(minutes=5))
        assert taken is not None
        change(units, "UPDATE job SET attempts = 8 WHERE task = 'broken'")
        change(units, "UPDATE job SET state = 'parked', finished_at = run_at WHERE task = 'broken'")
        clock.turn(retention.JOBS_KEPT + timedelta(seconds=1))

        run(units, "forget_jobs")

        left = [row.task for row in rows(units, "SELECT task FROM job ORDER BY id")]
        assert left == ["broken", "forget_jobs"]
