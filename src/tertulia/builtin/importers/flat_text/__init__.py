"""Recovery of a discussion from a saved page's flat text."""
