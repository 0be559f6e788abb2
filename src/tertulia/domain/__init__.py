"""What is true: types, rules and formulas, with no I/O, no clock and nothing but the standard library."""
