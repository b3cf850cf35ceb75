"""Which projects of two years are one: under another number, name or section."""
