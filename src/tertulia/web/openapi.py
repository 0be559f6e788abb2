"""The API's own description, OpenAPI 3.1, made from its table: what is routed is described, and nothing else.

The list of error codes is an extension of the document (`x-codes`), so that page and document cannot differ.
"""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import NODEFAULT, Struct

from tertulia import __version__
from tertulia.domain.errors import TertuliaError
from tertulia.web.api import refusals
from tertulia.web.api.operation import HEADERS, PREFIX, Access, Operation, Table
from tertulia.web.errors import PROBLEM, Problem

Json = dict[str, Any]

REFERENCE: Final = "#/components/schemas/{name}"
DOCUMENT_PATH: Final = "/api/v1/openapi.json"
PAGE_PATH: Final = "/api/docs"
INTRODUCTION: Final = """\
Read discussions and take part in them. Ids are thirteen characters and sort by time; times are UTC; lists page by
cursor: send `next` of an answer as `after` of the next request. Reading needs no key and works from any origin;
writing works from programs and from the origins of the site: for an account with a token as bearer in the header
`Authorization`, for a guest with a secret of their own in the header `Tertulia-Guest`. Where both are sent the account
acts. Refusals are problem documents (RFC 9457) with a stable `code`."""
_STATUS_WORDS: Final = {200: "As asked.", 201: "Made; `Location` is its page."}
_SITE: Final[Json] = {
    "name": "site",
    "in": "path",
    "required": True,
    "description": "Key of the publication.",
    "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,39}$", "maxLength": 40},
}
_SCHEMES: Final[Json] = {
    "account": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token that a reader made for a program at `/{site}/me`, or the bearer of an embed.",
    },
}
_OWN_PATHS: Final[Json] = {
    path: {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": ["description"],
            "parameters": [],
            "responses": {
                "200": {"description": "As asked.", "content": {media_type: {"schema": {"type": kind}}}},
                "304": {"description": "Not changed since the `ETag` in `If-None-Match`."},
            },
        }
    }
    for path, name, media_type, kind, summary in (
        (DOCUMENT_PATH, "getDescription", "application/json", "object", "Get this description."),
        (PAGE_PATH, "getDescriptionPage", "text/html", "string", "Get this description as a page."),
    )
}


def describe(table: Table, *, base: str) -> Json:
    """Describe the whole API."""
    _, components = msgspec.json.schema_components(_shapes(table), ref_template=REFERENCE)
    codes = _codes(table)
    paths: Json = {}
    for operation in table:
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tertulia API",
            "version": "1",
            "description": INTRODUCTION,
            "x-server-version": __version__,
        },
        "servers": [{"url": base}],
        "externalDocs": {"url": base + PAGE_PATH, "description": "This document as a page."},
        "paths": {**paths, **_OWN_PATHS},
        "components": {
            "schemas": {name: components[name] for name in sorted(components)},
            "securitySchemes": _SCHEMES,
        },
        "x-codes": {code: codes[code] for code in sorted(codes)},
    }


def refusals_of(operation: Operation[Any, Any]) -> dict[int, list[type[TertuliaError]]]:
    """List by status what an operation may refuse with."""
    by_status: dict[int, list[type[TertuliaError]]] = {}
    for error in sorted({*operation.errors, *refusals.common(operation)}, key=lambda each: each.code):
        by_status.setdefault(refusals.status_of(error), []).append(error)
    return dict(sorted(by_status.items()))


def _operation(operation: Operation[Any, Any]) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[1]],
        "parameters": [_SITE, *_parameters(operation)],
        "responses": {**_answers(operation), **_problems(operation)},
    }
    if operation.access is Access.PERSONAL:
        # Or without: then a guest's secret says who asks, which nobody gave out and which is a parameter like others.
        described["security"] = [{"account": []}, {}]
    if operation.sent is not None:
        content = {"application/json": {"schema": _reference(operation.sent)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(operation: Operation[Any, Any]) -> list[Json]:
    _, components = msgspec.json.schema_components([operation.asked], ref_template=REFERENCE)
    properties: Mapping[str, Json] = components[operation.asked.__name__]["properties"]
    return [
        _parameter(operation, field, properties[field.name])
        for field in msgspec.structs.fields(operation.asked)
    ]


def _parameter(operation: Operation[Any, Any], field: msgspec.structs.FieldInfo, schema: Json) -> Json:
    place = place_of(operation, field.name)
    # An empty default means that nothing was asked; it is no value to be sent.
    shape = {name: value for name, value in schema.items() if name != "default" or value != ""}
    description = str(shape.pop("description", ""))
    return {
        "name": HEADERS.get(field.name, field.name),
        "in": place,
        "required": field.default is NODEFAULT,
        **({"description": description} if description else {}),
        "schema": shape,
    }


def place_of(operation: Operation[Any, Any], name: str) -> str:
    """Say where a field of what is asked travels: path, header or query."""
    if f"{{{name}}}" in operation.path:
        return "path"
    return "header" if name in HEADERS else "query"


def _answers(operation: Operation[Any, Any]) -> Json:
    content = {"application/json": {"schema": _reference(operation.content)}}
    answers: Json = {
        str(status): {"description": _STATUS_WORDS[status], "content": content}
        for status in operation.statuses
    }
    if 201 in operation.statuses:
        answers["200"]["description"] = "The first result of the same `Idempotency-Key`."
        answers["201"]["headers"] = {"Location": {"schema": {"type": "string"}}}
    if operation.access is Access.PUBLIC:
        answers["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        answers["304"] = {"description": "Not changed since the `ETag` in `If-None-Match`."}
    return answers


def _problems(operation: Operation[Any, Any]) -> Json:
    content = {PROBLEM: {"schema": _reference(Problem)}}
    problems: Json = {"503": {"description": "Too busy; come again after the seconds in `Retry-After`."}}
    for status, errors in refusals_of(operation).items():
        listed = ", ".join(f"`{error.code}`" for error in errors)
        problems[str(status)] = {"description": listed, "content": content}
        if status == 429:
            problems["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return dict(sorted(problems.items()))


def _codes(table: Table) -> Json:
    errors = {error for operation in table for listed in refusals_of(operation).values() for error in listed}
    return {
        error.code: {"status": refusals.status_of(error), "description": _first_line(error)}
        for error in errors
    }


def _first_line(documented: type[object]) -> str:
    return (inspect.getdoc(documented) or "").partition("\n\n")[0].replace("\n", " ")


def _shapes(table: Table) -> Sequence[type[Struct]]:
    return [*_unique(_sent_and_given(table)), Problem]


def _sent_and_given(table: Table) -> Iterable[type[Struct]]:
    for operation in table:
        if operation.sent is not None:
            yield operation.sent
        yield operation.content


def _unique(shapes: Iterable[type[Struct]]) -> list[type[Struct]]:
    return list(dict.fromkeys(shapes))


def _reference(shape: type[Struct]) -> Json:
    return {"$ref": REFERENCE.format(name=shape.__name__)}
