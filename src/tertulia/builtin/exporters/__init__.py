"""The exporters we ship: each writes portable records in one format."""
