"""The template environment, one for each language: a template is compiled with its language's words, so that
a page of comments asks the catalogue for nothing. Dates and numbers are formatted here and nowhere else.
"""

from datetime import UTC, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
LOCALE: Final = HERE / "locale"

ESCAPED_ALREADY: Final = frozenset({"_comments.html"})
"""Templates whose values are `Markup` by type (`rows.py`): escaping them again costs as much as all the rest."""
PLAIN: Final = ".txt"
"""Ending of templates that are no HTML: in them an apostrophe is an apostrophe."""

SOURCE_LANGUAGE: Final = "en"
LANGUAGES: Final = (SOURCE_LANGUAGE, "de", "ar")
"""Languages of the interface. Comments may be written in any."""


def supported(*wishes: str) -> str:
    """Give the first wish that we speak (`de-AT` counts as `de`), or English."""
    for wish in wishes:
        language = wish.strip().lower().replace("_", "-").partition("-")[0]
        if language in LANGUAGES:
            return language
    return SOURCE_LANGUAGE


def direction(language: str) -> str:
    """Say which way a language runs: `ltr` or `rtl`."""
    return str(locale(language).text_direction)


@cache
def locale(language: str) -> Locale:
    """Give Babel's knowledge of a language."""
    return Locale.parse(language)


@cache
def translations(language: str) -> NullTranslations:
    """Read a language's catalogue. The machine form is made here, in memory: there is no build step."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    machine_form = BytesIO()
    write_mo(machine_form, catalogue)
    machine_form.seek(0)
    return Translations(machine_form)


@cache
def environment(language: str) -> Environment:
    """Give the environment whose templates speak `language`."""
    # What is escaped is chosen by a function, which the scanner cannot read.
    made = Environment(  # nosec B701
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        # What is off is named, and is typed as escaped.
        autoescape=_is_escaped,  # noqa: S701
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.policies["ext.i18n.trimmed"] = True
    # The extension adds this method; the type of `Environment` cannot know.
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(language=language, direction=direction(language))
    made.filters["number"] = lambda value: number(language, value)
    made.filters["moment"] = lambda value: moment(language, value)
    made.filters["day"] = lambda value: day(language, value.date().toordinal())
    made.filters["iso"] = iso
    return made


def _is_escaped(template: str | None) -> bool:
    return template is None or not (template in ESCAPED_ALREADY or template.endswith(PLAIN))


def render(language: str, template: str, **values: object) -> str:
    """Render a template in a language."""
    return environment(language).get_template(template).render(values)


@lru_cache(maxsize=4096)
def number(language: str, value: int) -> str:
    """Write a number as a language does."""
    return format_decimal(value, locale=locale(language))


def moment(language: str, value: datetime) -> str:
    """Write a point in time. In UTC, and says so: the same bytes go to readers in every zone.

    Babel takes some fifty microseconds for a date and a time together; days and minutes recur.
    """
    value = value.astimezone(UTC)
    date, time = day(language, value.toordinal()), _minute(language, value.hour * 60 + value.minute)
    return f"{date}, {time} UTC" if language != "ar" else f"{date}، {time} UTC"


@lru_cache(maxsize=4096)
def day(language: str, ordinal: int) -> str:
    """Write a day, given as its ordinal."""
    return format_skeleton("yMMMd", datetime.fromordinal(ordinal), locale=locale(language))


@lru_cache(maxsize=1440 * len(LANGUAGES))
def _minute(language: str, minute: int) -> str:
    clock = datetime(2000, 1, 1, *divmod(minute, 60), tzinfo=UTC)
    return format_time(clock, "short", locale=locale(language))


def iso(value: datetime | None) -> str:
    """Write a time for machines, to the second; empty when it is not known."""
    return "" if value is None else f"{value.astimezone(UTC).isoformat()[:19]}Z"
