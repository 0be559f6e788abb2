"""Finds phrases in texts, whatever they are disguised as."""
