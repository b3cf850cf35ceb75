"""Which reminders are due, to whom, and how each is worded. Pure."""
