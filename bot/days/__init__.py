"""Days: the city hall's calendar, and dates as people write them. Pure."""
