"""The harness itself: each program answers, and nothing beyond this machine does."""

import socket

import psycopg
import pytest
import valkey
from playwright.sync_api import Browser


def test_postgresql_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT version()").fetchone()

    assert row is not None
    assert row[0].startswith("PostgreSQL")


def test_each_postgresql_database_is_new_and_empty(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()

    assert tables == []


def test_valkey_answers_and_is_empty(valkey_url: str) -> None:
    with valkey.from_url(valkey_url) as client:
        assert client.ping()
        assert client.dbsize() == 0


def test_chromium_opens_a_page(browser: Browser) -> None:
    page = browser.new_page()

    page.set_content("<title>Tertulia</title><p>Good evening</p>")

    assert page.title() == "Tertulia"
    page.close()


def test_the_network_is_closed() -> None:
    with socket.socket() as outside, pytest.raises(RuntimeError, match="this machine only"):
        outside.connect(("192.0.2.1", 80))
