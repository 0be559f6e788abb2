"""How many comments are under each of many stories: for front pages, in one request."""

from typing import Final

from starlette.responses import JSONResponse, Response

from tertulia.domain.errors import Invalid
from tertulia.services import stories
from tertulia.web.call import LONGEST_VALUE, Call

CACHE_CONTROL: Final = "public, max-age=0, s-maxage=30"


class TooManyUrls(Invalid):
    """More URLs in one request than are counted at once."""

    code = "too-many-urls"


def show(call: Call) -> Response:
    """Count the comments under the URLs asked for."""
    urls = [url for url in call.request.query_params.getlist("url") if len(url) <= LONGEST_VALUE]
    if len(urls) > stories.MOST_COUNTS:
        raise TooManyUrls(limit=stories.MOST_COUNTS)
    with call.read() as unit:
        counted = stories.counts(unit, [url.replace("\0", "") for url in urls])
    return JSONResponse(counted, headers={"Cache-Control": CACHE_CONTROL, "Access-Control-Allow-Origin": "*"})
