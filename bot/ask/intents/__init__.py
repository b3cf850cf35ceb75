"""What questions want: a module a kind of answer."""
