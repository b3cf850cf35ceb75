"""Evaluation sheets and their deadlines: what people ask, what becomes of it, how it is shown."""
