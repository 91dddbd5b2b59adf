"""A third opinion on arithmetic: the steps by `polynomial`, written for Coq as identities that it proves by `field`."""
