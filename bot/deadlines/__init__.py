"""Deadlines of evaluation sheets: requests, due dates, workloads, the states of a sheet, views. Pure."""
