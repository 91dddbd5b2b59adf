"""What was found, and how it is shown: on a terminal, as JSON, in LaTeX, in figures."""
