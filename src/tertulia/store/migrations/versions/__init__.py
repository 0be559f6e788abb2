"""Migrations in order: each adds before it removes and says why."""
