"""Small values as other systems' files state them: times and addresses. What cannot be read gives None or
nothing, never an error: a wrong date must not lose a comment.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

_MOMENT: Final = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)[T ](\d\d?):(\d\d):(\d\d)(?:\.\d+)?\s*(?:Z|UTC|GMT|[+-]00:?00)?"
)
_FURTHEST: Final = timedelta(hours=15)
_QUARTER: Final = timedelta(minutes=15)


def moment(text: str) -> datetime | None:
    """Read `YYYY-MM-DD HH:MM:SS` as UTC; None when it is empty, all zeros or no date."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def rss_moment(text: str) -> datetime | None:
    """Read an RSS date (`Tue, 14 Jan 2014 17:31:03 +0000`); None when it has no zone or is none."""
    try:
        read = parsedate_to_datetime(text)
        return read.astimezone(UTC) if read.tzinfo and read.year > 1 else None
    except (TypeError, ValueError, OverflowError):
        return None


def offset(local: str, utc: str) -> timedelta | None:
    """Give local time less UTC where both are stated and differ by what a time zone can."""
    here, there = moment(local), moment(utc)
    if here is None or there is None:
        return None
    difference = here - there
    is_zone = abs(difference) <= _FURTHEST and difference % _QUARTER == timedelta(0)
    return difference if is_zone else None


def web_address(text: str) -> str:
    """Give an absolute http(s) URL, or nothing: `javascript:` is an address too."""
    try:
        parsed = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parsed.scheme.lower() in {"http", "https"} and parsed.netloc else ""
