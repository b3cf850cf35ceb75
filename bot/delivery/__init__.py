"""Reminders on their way to Slack: outbox, claim, post, confirm; what is unconfirmed is looked up."""
