"""Reminders: the pure plan, their wording, and the delivery that loses and doubles nothing."""
