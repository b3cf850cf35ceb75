"""What search reads of a database: written with the rows, kept in memory as a snapshot."""
