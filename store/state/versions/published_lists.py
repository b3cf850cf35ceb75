"""The lists as a machine published them: a SQLite database, compressed, in parts; the newest two are kept."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE published (
    generation bigint PRIMARY KEY, at text COLLATE "C" NOT NULL, sha256 text COLLATE "C" NOT NULL,
    parts integer NOT NULL);
CREATE TABLE published_parts (
    generation bigint NOT NULL REFERENCES published (generation) ON DELETE CASCADE, part integer NOT NULL,
    data bytea NOT NULL, PRIMARY KEY (generation, part));
"""


def upgrade() -> None:
    """Create the two tables."""
    op.get_bind().exec_driver_sql(TABLES)
