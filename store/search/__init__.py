"""A query -> the projects that answer it."""
