"""Number types that an update rule can be run with; each gives the same lines of code another meaning."""
