"""The parts of `store.search`, from a typed term to a hit, and of the index it reads."""
