"""How a sentence is marked for those who translate."""


def _(message: str) -> str:
    """Mark a message for extraction; it is translated where it is shown."""
    return message
