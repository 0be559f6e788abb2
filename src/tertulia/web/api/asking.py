"""What is asked and sent: every parameter and field is checked, an unknown one refused."""

from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from tertulia.domain.errors import Invalid, NotFound
from tertulia.web.api.operation import HEADERS, Operation
from tertulia.web.call import Call, UnknownMediaType, Unreadable, header

Asked = TypeVar("Asked", bound=Struct)
Sent = TypeVar("Sent", bound=Struct | None)

MEDIA_TYPE: Final = "application/json"


class BadParameter(Unreadable):
    """A parameter or header is missing, unknown, given twice or not what it should be."""

    code = "bad-parameter"


class BadBody(Invalid):
    """A field of the body is missing, unknown or not what it should be."""

    code = "bad-body"


def read(call: Call, operation: Operation[Asked, Any]) -> Asked:
    """Read what is asked; raise `NotFound` for an address that cannot be, `BadParameter` for the rest."""
    request = call.request
    in_path = {name: value for name, value in request.path_params.items() if name != "site"}
    raw: dict[str, object] = {**in_path, **_query(call, operation)}
    for field, name in HEADERS.items():
        if field in operation.asked.__struct_fields__ and name in request.headers:
            raw[field] = request.headers[name]
    try:
        return msgspec.convert(raw, operation.asked, strict=False)
    except msgspec.ValidationError as error:
        reason, name = _explained(error)
        if name in in_path:
            raise NotFound(name, str(in_path[name])[:40]) from None
        raise BadParameter(parameter=HEADERS.get(name, name), reason=reason) from None


def read_sent(call: Call, operation: Operation[Any, Sent]) -> Sent | None:
    """Read what is sent; raise `UnknownMediaType`, `Unreadable` or `BadBody`."""
    if operation.sent is None:
        return None
    media_type = header(call, "content-type").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise UnknownMediaType(media_type=media_type[:60])
    try:
        return msgspec.json.decode(call.body, type=operation.sent)
    except msgspec.ValidationError as error:
        reason, name = _explained(error)
        raise BadBody(field=name, reason=reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable from None


def _explained(error: msgspec.ValidationError) -> tuple[str, str]:
    """Split a message of msgspec into what is wrong, and in which field (empty when the whole is wrong)."""
    reason, _, place = str(error).partition(" - at `$")
    name = place.rstrip("`").lstrip(".")
    if not name and "field `" in reason:
        name = reason.partition("field `")[2].partition("`")[0]
    return reason[:300], name[:60]


def _query(call: Call, operation: Operation[Any, Any]) -> dict[str, object]:
    given = call.request.query_params
    lists = {field.name for field in msgspec.structs.fields(operation.asked) if _is_list(field.type)}
    known = set(operation.asked.__struct_fields__) - set(call.request.path_params) - set(HEADERS)
    raw: dict[str, object] = {}
    for name in given:
        values = given.getlist(name)
        if name not in known or (len(values) > 1 and name not in lists):
            reason = "is given twice" if name in known else "is not known here"
            raise BadParameter(parameter=name[:60], reason=reason)
        raw[name] = values if name in lists else values[0]
    return raw


def _is_list(of: type) -> bool:
    kind = msgspec.inspect.type_info(of)
    while isinstance(kind, msgspec.inspect.Metadata):
        kind = kind.type
    return isinstance(kind, msgspec.inspect.ListType)
