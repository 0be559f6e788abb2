"""Which refusals an operation may give, and with which status: what the description declares and tests check."""

from typing import Any

from tertulia.domain.accounts import SessionOver
from tertulia.domain.errors import NotFound, TertuliaError, TooMany
from tertulia.domain.tokens import CredentialsMissing, TokenReadsOnly
from tertulia.web import errors
from tertulia.web.api.asking import BadBody, BadParameter
from tertulia.web.api.operation import Access, Operation
from tertulia.web.call import TooLarge, UnknownMediaType, Unreadable
from tertulia.web.guard import CrossSite


def common(operation: Operation[Any, Any]) -> tuple[type[TertuliaError], ...]:
    """List the refusals that come with an operation's kind."""
    refusals: list[type[TertuliaError]] = [NotFound, BadParameter]
    if operation.access is Access.PERSONAL:
        refusals += [CredentialsMissing, SessionOver]
    if operation.is_write:
        refusals.append(TokenReadsOnly)
    if operation.sent is not None:
        refusals += [Unreadable, BadBody, UnknownMediaType]
    if operation.method != "GET":
        # Whether a body belongs there or not: somebody may send one.
        refusals += [CrossSite, TooLarge, TooMany]
    return tuple(refusals)


def status_of(refusal: type[TertuliaError]) -> int:
    """Give the status of a kind of refusal."""
    return next(errors.STATUSES[kind] for kind in refusal.__mro__ if kind in errors.STATUSES)
