"""Deadlines of evaluation sheets: requests, who makes them, the states of a sheet, changes, views."""
