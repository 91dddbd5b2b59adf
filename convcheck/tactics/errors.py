"""The one way in which search fails."""


class NotProvedError(Exception):
    """The search found no derivation; what it looked for may still be true."""
