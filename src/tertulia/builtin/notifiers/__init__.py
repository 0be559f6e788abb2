"""The notifiers we ship: each hands messages to one channel."""
