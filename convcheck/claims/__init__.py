"""Published statements and the verdicts on them."""
