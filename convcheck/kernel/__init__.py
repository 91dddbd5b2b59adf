"""The kernel: TRUSTED.  Only the functions named here make theorems; nothing else in convcheck need be believed.

terms        make number Symbol Term            what can be said
theorem      Theorem                            what has been derived
rules        assume discharge mp both left right gen spec instance cases antisym cong integer induction
             sum_empty sum_last sum_mono expectation_mono
arithmetic   square polynomial vector_equation absurd
axioms       axiom, and what it may name: AXIOMS
certificate  certificate axioms_of derivation   how it was derived, as data for the independent checker

Semantics.  Theorems are about real numbers and hold for all interpretations of their free variables and symbols (an
adapted symbol: all adapted ones).  inv 0 = 0; roots and logarithms outside their domains are unspecified; a sum whose
upper limit is below its lower one is 0; V is any real inner-product space; E is the average over a finite probability
space with a filtration F_t that grows with t in Z.
"""

from convcheck.kernel.arithmetic import absurd, polynomial, square, vector_equation
from convcheck.kernel.axioms import AXIOMS, BUILTIN, axiom
from convcheck.kernel.certificate import axioms_of, certificate, derivation
from convcheck.kernel.normal import canonical
from convcheck.kernel.rules import (
    antisym,
    assume,
    both,
    cases,
    cong,
    discharge,
    expectation_mono,
    gen,
    induction,
    instance,
    integer,
    left,
    mp,
    right,
    spec,
    sum_empty,
    sum_last,
    sum_mono,
)
from convcheck.kernel.terms import KernelError, Symbol, Term, make, number
from convcheck.kernel.theorem import RULES, Theorem

# fmt: off
__all__ = [
    "AXIOMS", "BUILTIN", "RULES", "KernelError", "Symbol", "Term", "Theorem", "absurd", "antisym", "assume",
    "axiom", "axioms_of", "both", "canonical", "cases", "certificate", "cong", "derivation", "discharge",
    "expectation_mono", "gen", "induction", "instance", "integer", "left", "make", "mp", "number", "polynomial",
    "right", "spec", "square", "sum_empty", "sum_last", "sum_mono", "vector_equation",
]
# fmt: on
