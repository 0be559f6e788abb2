"""What is kept: tables, queries and migrations, and the only SQL in the house."""
