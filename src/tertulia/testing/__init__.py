"""Helpers for tests, shipped for the authors of plug-ins: fakes, builders and contract suites."""
