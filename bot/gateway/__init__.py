"""Slack's Web API: its clients, one post and what came of it, long messages in pages."""
