"""Alembic's revisions, a landed one of which never changes.

They are the tables that the sets of migrations make in SQLite, which a test compares.
"""
