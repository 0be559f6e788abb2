"""Every word is translated, every code has a sentence."""

import importlib
import pkgutil
import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import tertulia.domain
import tertulia.services
from tertulia.builtin import rules
from tertulia.domain.errors import NotFound, TertuliaError, TooMany
from tertulia.domain.moderation import Finding, Outcome, Reason
from tertulia.render import environment, sentences, texts

TEMPLATES = ("templates/**.html", "templates/**.txt")
TRANSLATED = [language for language in environment.LANGUAGES if language != environment.SOURCE_LANGUAGE]


@cache
def extracted() -> Catalog:
    template = Catalog()
    found = extract_from_dir(
        environment.HERE,
        method_map=[("**.py", "python"), *((pattern, "jinja2") for pattern in TEMPLATES)],
        options_map={pattern: {"trimmed": "true"} for pattern in TEMPLATES},
    )
    for _file, _line, message, _comments, _context in found:
        template.add(message)
    return template


def catalogue(language: str) -> Catalog:
    with (environment.LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(of: Catalog) -> dict[object, Message]:
    return {message.id: message for message in of if message.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_holds_every_message_and_no_other(language: str) -> None:
    wanted, there = messages(extracted()), messages(catalogue(language))

    assert len(wanted) > 100
    assert set(wanted) - set(there) == set()
    assert set(there) - set(wanted) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_with_its_placeholders(language: str) -> None:
    of = catalogue(language)

    for message in messages(of).values():
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert len(forms) == (of.num_plurals if message.pluralizable else 1), message.id
        assert all(forms), message.id
        assert not message.fuzzy, message.id
        allowed = {name for source in sources for name in re.findall(r"%\((\w+)\)s", source)}
        for form in forms:
            assert set(re.findall(r"%\((\w+)\)s", form)) <= allowed, form
        # Small counts may be words; the last form stands for most numbers and holds them.
        assert set(re.findall(r"%\((\w+)\)s", forms[-1])) == allowed, message.id


def all_errors() -> list[type[TertuliaError]]:
    for package in (tertulia.domain, tertulia.services):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found, todo = [], [TertuliaError]
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        found.append(kind)
    return [kind for kind in found if kind.__module__.startswith("tertulia.")]


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    codes = {kind.code for kind in all_errors()}

    assert codes - set(sentences.REFUSALS) == set()


@pytest.mark.parametrize("language", environment.LANGUAGES)
def test_refusals_are_said_with_their_parameters(language: str) -> None:
    class Long(TertuliaError):
        code = "too-long"

    class FromPlugin(NotFound):
        code = "plugin-code"

    assert environment.number(language, 10_000) in texts.refusal(language, Long(limit=10_000))
    assert "…" in texts.refusal(language, Long())
    assert "30" in texts.refusal(language, TooMany(retry_after=30))
    assert texts.refusal(language, FromPlugin()) == texts.refusal(language, NotFound())
    assert texts.title(language, FromPlugin()) == texts.title(language, NotFound())
    assert texts.title(language) != texts.title(language, NotFound())


def test_every_finding_of_our_own_rules_has_a_phrase() -> None:
    sources = (module.name for module in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."))
    codes = {
        code
        for name in sources
        for code in re.findall(
            r'code="([a-z-]+)"',
            (importlib.util.find_spec(name).loader.get_source(name)),  # type: ignore
        )
    }

    assert codes
    assert codes - set(sentences.FINDINGS) == set()


def test_reasons_and_outcomes_have_names() -> None:
    assert set(sentences.REASONS) == set(Reason)
    assert set(sentences.OUTCOMES) == set(Outcome)
    assert texts.finding("de", Finding(code="outside-rule")) == "outside-rule"


def test_unknown_language_falls_back() -> None:
    assert environment.supported("de-AT") == "de"
    assert environment.supported("", "xx", "ar") == "ar"
    assert environment.supported("../../etc") == "en"
