"""What can be done: use cases, one verb per function and one transaction per call."""
