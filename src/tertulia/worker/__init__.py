"""Time and events in, calls out: the background edge."""
