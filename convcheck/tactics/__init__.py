"""Untrusted search that ends in rules of the kernel: it may fail, it cannot prove what is false."""
