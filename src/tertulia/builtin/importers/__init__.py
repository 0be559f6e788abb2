"""The importers we ship: each turns a file of another system into portable records."""
