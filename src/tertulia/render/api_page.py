"""The API's description as a page, made from the same document that programs read. English, as the API's words are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from tertulia.render import assets, environment

Json = Mapping[str, Any]

METHODS: Final = ("get", "post", "put", "patch", "delete")
_CODE: Final = re.compile("`([^`]+)`")
_LIMITS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A parameter, or a field of a type."""

    name: str
    place: str
    kind: Markup
    is_required: bool
    text: Markup


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One of the answers of an operation."""

    status: str
    kind: Markup
    text: Markup


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One operation."""

    name: str
    method: str
    path: str
    summary: Markup
    parameters: list[Field]
    body: Markup
    answers: list[Reply]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One type."""

    name: str
    text: Markup
    kind: Markup
    fields: list[Field]


def page(base: str, document: Json) -> str:
    """Show the whole document."""
    return environment.render(
        "en",
        "api.html",
        stylesheet=assets.address(base, "api/api.css"),
        base=base,
        title=document["info"]["title"],
        version=document["info"]["version"],
        introduction=_words(document["info"]["description"]),
        groups=_groups(document["paths"]),
        shapes=[_shape(name, of) for name, of in document["components"]["schemas"].items()],
        codes=[(code, of["status"], _words(of["description"])) for code, of in document["x-codes"].items()],
    )


def _groups(paths: Json) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for path, operations in paths.items():
        for method in METHODS:
            if method in operations:
                described = operations[method]
                groups.setdefault(described["tags"][0], []).append(_entry(method, path, described))
    return groups


def _entry(method: str, path: str, described: Json) -> Entry:
    body = described.get("requestBody")
    return Entry(
        name=described["operationId"],
        method=method.upper(),
        path=path,
        summary=_words(described["summary"]),
        parameters=[_parameter(each) for each in described["parameters"]],
        body=_kind_of(body) if body else Markup(),
        answers=[
            Reply(status=status, kind=_kind_of(answer), text=_answer_words(answer["description"]))
            for status, answer in described["responses"].items()
        ],
    )


def _parameter(described: Json) -> Field:
    return Field(
        name=described["name"],
        place=described["in"],
        kind=_kind(described["schema"]),
        is_required=described["required"],
        text=_words(described.get("description", "")),
    )


def _shape(name: str, of: Json) -> Shape:
    required = of.get("required", [])
    return Shape(
        name=name,
        text=_words(of.get("description", "")),
        kind=Markup() if "properties" in of else _kind(of),
        fields=[
            Field(
                name=field,
                place="",
                kind=_kind(shape),
                is_required=field in required,
                text=_words(shape.get("description", "")),
            )
            for field, shape in of.get("properties", {}).items()
        ],
    )


def _kind_of(with_content: Json) -> Markup:
    """Name the type of a body or an answer."""
    for content in with_content.get("content", {}).values():
        return _kind(content["schema"])
    return Markup()


def _kind(schema: Json) -> Markup:
    """Say in words what a schema allows."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return Markup('<a href="#type-{0}">{0}</a>').format(name)
    if "enum" in schema:
        return Markup(" | ").join(Markup("<code>{}</code>").format(each) for each in schema["enum"])
    if "anyOf" in schema:
        return Markup(" or ").join(_kind(each) for each in schema["anyOf"])
    words = escape(schema.get("format") or schema.get("type") or "anything")
    if schema.get("type") == "array":
        words = Markup("list of {}").format(_kind(schema["items"]))
    if isinstance(schema.get("additionalProperties"), Mapping):
        words = Markup("object of {}").format(_kind(schema["additionalProperties"]))
    limits = list(_limits(schema))
    return words + Markup(", ") + Markup(", ").join(limits) if limits else words


def _limits(schema: Json) -> Iterable[str]:
    length = schema.get("minLength")
    if length is not None and length == schema.get("maxLength"):
        yield f"{length} characters"
        return
    for name, words in _LIMITS.items():
        if name in schema:
            yield words.format(schema[name])
    if schema.get("default") not in (None, ""):
        yield f"{str(schema['default']).lower()} when left out"


def _answer_words(text: str) -> Markup:
    """Lead from the codes of a refusal to their explanations."""
    return _linked(text) if text.startswith("`") else _words(text)


def _linked(text: str) -> Markup:
    link = Markup('<a href="#error-{0}"><code>{0}</code></a>')
    return Markup(", ").join(link.format(code) for code in _CODE.findall(text))


def _words(text: str) -> Markup:
    """Give a text with what stands in backquotes as code."""
    # Escaped first: only the tags put in here are markup.
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  # nosec B704
