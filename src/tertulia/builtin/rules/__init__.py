"""The rules we ship: each notices something about a draft and decides nothing."""
