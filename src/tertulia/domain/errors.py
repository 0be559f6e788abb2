"""What can be refused, in five kinds. Each error has a stable code and parameters, no finished prose
and no HTTP status: `web/errors.py` maps kinds to statuses, `render` maps codes to sentences.
"""

from typing import ClassVar

Parameter = str | int | float | None


class TertuliaError(Exception):
    """Base of all refusals."""

    code: ClassVar[str] = "error"

    def __init__(self, **parameters: Parameter) -> None:
        super().__init__(self.code, parameters)
        self.parameters = parameters


class Invalid(TertuliaError):
    """The request cannot be understood or breaks a limit."""

    code = "invalid"


class Forbidden(TertuliaError):
    """The actor may not do this."""

    code = "forbidden"


class NotFound(TertuliaError):
    """There is no such thing, or the actor may not know of it."""

    code = "not-found"

    def __init__(self, what: str = "page", key: str | None = None) -> None:
        super().__init__(what=what, key=key)


class Conflict(TertuliaError):
    """The thing changed since the actor saw it, or it exists already."""

    code = "conflict"


class TooMany(TertuliaError):
    """Too much in too short a time; `retry_after` is in seconds."""

    code = "too-many"

    def __init__(self, *, retry_after: int = 60) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after
