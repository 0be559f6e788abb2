"""Tertulia, a comment server that a publication hosts itself.

Nothing is imported here, so that a command or a test pays only for the floors it uses.
"""

__version__ = "0.1.0"
