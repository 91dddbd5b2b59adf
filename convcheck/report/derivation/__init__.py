"""The derivation of a theorem as its proof file tells it: steps with their reasons, as text and in LaTeX."""
