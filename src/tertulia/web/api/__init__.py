"""The JSON API for programs."""

from tertulia.web.api.routing import routes

__all__ = ["routes"]
