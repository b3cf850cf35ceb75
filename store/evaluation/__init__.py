"""Evaluation sheets, deadlines, contacts, and the ledger of what was sent about them."""
