"""Measures Tertulia beside Isso and beside a bare route, on one machine, in one run: `make bench`."""
