"""What is shown: domain values in; pages, fragments, feeds and mail out."""
