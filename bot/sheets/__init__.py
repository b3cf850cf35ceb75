"""A request about sheets: who makes it and what they may do, carried out on the database."""
