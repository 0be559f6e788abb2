"""The desk's pages about the site itself: its policy with all versions, its name, language and origins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from tertulia.domain.policy import NO_CHOICES, Policy
from tertulia.domain.ranking import Sort
from tertulia.domain.sites import Site
from tertulia.render import addresses, environment, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look

CHOICES: Final = tuple(each.name for each in fields(Policy) if each.name not in NO_CHOICES)
_MOST_ROWS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A version of the policy: by whom it was made and when, and both sides of what it changed."""

    number: int
    made_by: str
    made_at: datetime | None
    before: Policy
    after: Policy
    changed: Sequence[str]


def policy(
    look: Look,
    at: Frame,
    now: Policy,
    *,
    typed: Mapping[str, str] | None = None,
    notice: str = "",
    error: str = "",
) -> str:
    """Show all choices with what they mean; `typed` is what somebody sent that was not taken."""
    return environment.render(
        look.language,
        "desk/policy.html",
        **frame(look, at),
        version=now.version,
        choices=[
            _choice(look.language, name, getattr(now, name), (typed or {}).get(name)) for name in CHOICES
        ],
        action=addresses.site(look, "/desk/policy"),
        versions_href=addresses.site(look, "/desk/policy/versions"),
        notice=notice,
        error=error,
    )


def versions(
    look: Look, at: Frame, listed: Sequence[Version], *, newest: int, next_before: str = "", error: str = ""
) -> str:
    """Show the versions of a policy, the newest first."""
    return environment.render(
        look.language,
        "desk/versions.html",
        **frame(look, at),
        newest=newest,
        versions=[
            {
                "number": each.number,
                "made_by": each.made_by,
                "made_at": each.made_at,
                "changes": [_change(look.language, name, each) for name in each.changed],
            }
            for each in listed
        ],
        action=addresses.site(look, "/desk/policy/versions"),
        policy_href=addresses.site(look, "/desk/policy"),
        next_href=addresses.site(look, "/desk/policy/versions", before=next_before) if next_before else "",
        error=error,
    )


def site(
    look: Look,
    at: Frame,
    now: Site,
    *,
    languages: Sequence[str],
    typed: Mapping[str, str] | None = None,
    notice: str = "",
    error: str = "",
) -> str:
    """Show what a site is called, where its pages are, and in which language it speaks."""
    shown = {"name": now.name, "language": now.language, "origins": "\n".join(now.origins), **(typed or {})}
    return environment.render(
        look.language,
        "desk/site.html",
        **frame(look, at),
        shown=shown,
        seen=now.state,
        languages=[(code, environment.locale(code).get_display_name(code) or code) for code in languages],
        action=addresses.site(look, "/desk/site"),
        notice=notice,
        error=error,
    )


def saved(language: str) -> str:
    """Say that a change is kept."""
    return texts.gettext("The change is saved. Readers see it within seconds.", language)


def _choice(language: str, name: str, now: Any, typed: str | None) -> dict[str, object]:
    label, meaning = texts.choice(language, name)
    default = getattr(Policy(), name)
    value = _written(now) if typed is None else typed
    return {
        "name": name,
        "label": label,
        "meaning": meaning,
        "kind": _kind(name, default),
        "value": value,
        "options": [(code, texts.choice_word(language, code)) for code in _options(name, default)],
        # A long list is not shown twice.
        "default": texts.gettext("as above", language)
        if now == default and isinstance(default, tuple)
        else _shown(language, default),
        "is_default": now == default,
        "rows": min(_MOST_ROWS, value.count("\n") + 2),
    }


def _kind(name: str, default: Any) -> str:
    if _options(name, default):
        return "word"
    if isinstance(default, tuple):
        return "list"
    return "number" if isinstance(default, int) else "text"


def _options(name: str, default: Any) -> tuple[str, ...]:
    if isinstance(default, bool):
        return ("true", "false")
    if isinstance(default, StrEnum):
        return tuple(type(default))
    return tuple(Sort) if name == "default_sort" else ()


def _written(value: Any) -> str:
    """Write a choice as its field in the form holds it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def _shown(language: str, value: Any) -> str:
    """Write a choice as people read it."""
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return environment.number(language, value)
    return texts.choice_word(language, _written(value))


def _change(language: str, name: str, version: Version) -> dict[str, str]:
    before, after = getattr(version.before, name), getattr(version.after, name)
    label, _ = texts.choice(language, name)
    if isinstance(after, tuple):
        # Of a long list, what came and what went; of one in another order, the list.
        gone = tuple(each for each in before if each not in after)
        come = tuple(each for each in after if each not in before)
        if gone or come:
            before, after = gone, come
    return {"label": label, "before": _shown(language, before), "after": _shown(language, after)}
