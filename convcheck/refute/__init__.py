"""Claims that are false: the checker of counterexamples (`instances`), and what writes them (`write`)."""
