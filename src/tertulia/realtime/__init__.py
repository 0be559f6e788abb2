"""Who is listening: the fan-out of small nudges, in one process or through Valkey."""
