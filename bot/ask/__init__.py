"""Questions: what they name, what they ask, and the answer."""
