"""The columns of the loaded lists as data: what each speaks of, and each cell verbatim and as a number."""
