"""Slack, the clock and people."""
