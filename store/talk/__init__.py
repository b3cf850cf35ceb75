"""What is remembered of conversations in Slack, and for how long."""
