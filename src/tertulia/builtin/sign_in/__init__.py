"""Ways to sign in that need nobody's mail."""
