"""Conditions: predicates on hyper-parameters, such as β₁ < √β₂, that theorems assume.

A condition is a tree of frozen nodes: decided on numbers and arrays, converted to SymPy, printed, drawn, and walked by
other modules.  Decisions are exact.  A float is the shortest decimal that reads back to it (0.9 is 9/10), and roots are
compared by squaring, so that points on the boundary are decided rightly too.

>>> beta1, beta2 = hyper("beta1 beta2")
>>> condition = (beta1 >= 0) & (beta1 < sqrt(beta2))
>>> print(condition)
β₁ ≥ 0 and β₁ < √β₂
>>> condition(beta1=0.9, beta2=0.999), condition(beta1=0.9, beta2=0.81)
(True, False)
"""

from convcheck.conditions.language import (
    Comparison,
    Condition,
    Expression,
    Hyper,
    Logic,
    Operation,
    Rational,
    hyper,
    sqrt,
)

__all__ = ["Comparison", "Condition", "Expression", "Hyper", "Logic", "Operation", "Rational", "hyper", "sqrt"]
