"""Every row belongs to a site: keys begin with it, and every query is told which."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import FunctionType

import pytest
from sqlalchemy import Connection, Table

from tertulia import store
from tertulia.store.schema import metadata

OF_NO_SITE = {"site", "lease"}
"""The sites themselves, and who leads among the workers of an installation."""

FOR_ALL_SITES = {
    # Sites are found by their key.
    "sites.find", "sites.get", "sites.list_all", "sites.next_id", "sites.keys_of",
    "sites.get_with_policy", "sites.insert_site", "sites.save_site",
    # The relay and the worker serve every site; what they get names its own.
    "events.list_unrelayed", "events.mark_relayed",
    "jobs.take", "jobs.finish", "jobs.retry", "jobs.park", "jobs.next_run_at", "jobs.count_by_state",
    "jobs.forget_finished", "jobs.hold_lease",
    # What is over is forgotten everywhere.
    "submissions.forget_old", "sessions.forget_over", "sign_ins.forget_over",
    "takeouts.forget_over", "attempts.forget_over", "traces.forget_over",
    # A ban that holds everywhere is looked for beyond its site, by a keyed hash; sites are not told of each other.
    "traces.list_exact",
    # A story and a comment's row name their site.
    "stories.insert_new", "stories.save", "transfer.insert_comments",
    # About the database itself.
    "transfer.settle", "version.found", "version.require_newest",
}  # fmt: skip
WITHOUT_QUERIES = {"prepared", "dialect", "engine", "migrate", "migrations", "schema", "statistics", "types"}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_key_begins_with_the_site(table: Table):
    if table.name in OF_NO_SITE:
        return

    assert next(iter(table.primary_key.columns)).name == "site_id"
    assert table.c.site_id.nullable is False


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_foreign_key_says_what_deletion_does_and_stays_within_its_site(table: Table):
    for key in table.foreign_key_constraints:
        assert key.ondelete in {"CASCADE", "RESTRICT"}
        assert key.column_keys[0] == "site_id"


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_index_begins_with_the_site(table: Table):
    # Jobs wait in one line for the workers of all sites.
    indexes = [index for index in table.indexes if not index.name.startswith("ix_job_")]

    assert {next(iter(index.columns)).name for index in indexes} <= {"site_id"}


def query_functions() -> Iterator[tuple[str, FunctionType]]:
    """Every public function of the store that is handed a connection."""
    for module_info in pkgutil.iter_modules(store.__path__):
        if module_info.name in WITHOUT_QUERIES:
            continue
        module = importlib.import_module(f"tertulia.store.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_own = function.__module__ == module.__name__ and not name.startswith("_")
            parameters = list(inspect.signature(function).parameters.values())
            if is_own and parameters and parameters[0].annotation is Connection:
                yield f"{module_info.name}.{name}", function


def test_every_query_is_told_its_site():
    untold = {
        name
        for name, function in query_functions()
        if "site_id" not in inspect.signature(function).parameters
    }

    assert untold <= FOR_ALL_SITES, f"{sorted(untold - FOR_ALL_SITES)} take no site_id"


def test_the_list_of_exceptions_names_nothing_that_is_gone():
    assert {name for name, _ in query_functions()} >= FOR_ALL_SITES
