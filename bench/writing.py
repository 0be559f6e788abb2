"""Durable comments: sixteen writers, an answer only after the commit is on the disk."""

from functools import partial

from bench import isso, measuring, ours, postgres, table
from bench.measuring import Figure
from bench.processes import Process
from bench.reading import Plan
from bench.table import Aim

WARM_UP = 100


def durable(plan: Plan, *, with_isso: bool, with_postgres: bool) -> list[Aim]:
    """Measure comments into a discussion that each server keeps alone, ours and Isso's in turn."""
    story = plan.stories[1]
    installation = ours.install(plan.folder / "writing", [story])
    rows: list[tuple[str, Figure]] = []
    aims = []
    with ours.serving(installation, plan.core) as server:
        own = _ours(plan, server)
        if with_isso:
            with isso.serving(plan.folder / "isso-writing", [story], plan.core) as other:
                theirs = partial(_figure, other, partial(isso.posts, story), plan)
                taken = measuring.in_turn([own, theirs], plan.rounds)
            rows += [("Isso 0.14.0, SQLite", taken.typical(1))]
            aims.append(Aim(name="durable comments / Isso's", value=taken.ratio(0, 1), wanted=2.5))
        else:
            taken = measuring.in_turn([own], plan.rounds)
        rows.insert(0, ("Tertulia, SQLite", taken.typical(0)))
    if with_postgres:
        rows.append(("Tertulia, PostgreSQL on the same core", _on_postgres(plan)))
    flush = measuring.flush_milliseconds(plan.folder)
    table.figures(
        f"Durable comments each second: {measuring.CONNECTIONS} writers; one flush to this disk takes {flush:.2f} ms",
        rows,
    )
    return aims


def _on_postgres(plan: Plan) -> Figure:
    with postgres.serving(plan.folder, plan.core) as database:
        installation = ours.install(plan.folder / "on-postgres", [plan.stories[1]], database=database)
        with ours.serving(installation, plan.core) as server:
            return measuring.in_turn([_ours(plan, server)], plan.rounds).typical(0)


def _ours(plan: Plan, server: Process) -> partial[Figure]:
    story = plan.stories[1]
    before = ours.count(server.port, story)
    asks = partial(ours.posts, ours.story_id(server.port, story))
    sent = measuring.measure(server, asks, seconds=plan.seconds, most=WARM_UP)["post"].load.requests
    # A rate of answers means nothing unless each of them is a comment that everybody can read.
    if (kept := ours.count(server.port, story) - before) != sent:
        raise RuntimeError(f"{sent} comments were answered and {kept} are there")
    return partial(_figure, server, asks, plan)


def _figure(server: Process, asks, plan: Plan) -> Figure:
    return measuring.measure(server, asks, seconds=plan.seconds)["post"]
