"""Copies of a database: backups, its state in the other engine, its lists on other machines."""
