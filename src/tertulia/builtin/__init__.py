"""Our own plug-ins, which come in by the same entry points as anybody's."""
