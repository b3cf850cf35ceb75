"""Slack's Web API: its clients, one post and its outcome, long messages in pages."""
