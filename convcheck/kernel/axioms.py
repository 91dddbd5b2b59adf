"""The built-in functions and the axioms about them: closed formulas, each true of the real functions it names."""

from collections.abc import Mapping

from convcheck.kernel.terms import ONE, ZERO, Symbol, Term, abstract, make, number, require
from convcheck.kernel.theorem import Result, rule

SQRT = Symbol("sqrt", ("R",), "R")
LOG = Symbol("log", ("R",), "R")
EXP = Symbol("exp", ("R",), "R")
ABS = Symbol("abs", ("R",), "R")
MAX = Symbol("max", ("R", "R"), "R")
MIN = Symbol("min", ("R", "R"), "R")
POWER = Symbol("power", ("R", "Z"), "R")

BUILTIN = frozenset({SQRT, LOG, EXP, ABS, MAX, MIN, POWER})
"""Symbols with a fixed meaning.  sqrt and log of numbers outside their domains, and powers with a negative exponent,
are unspecified: no axiom speaks of them."""

_X, _Y, _N = make("var", "x", "R"), make("var", "y", "R"), make("var", "n", "Z")


def _apply(symbol: Symbol, *arguments: Term) -> Term:
    return make("app", symbol, *arguments)


def _for_all(body: Term, *variables: Term) -> Term:
    for variable in reversed(variables):
        body = make("all", variable.sort, abstract(body, variable))
    return body


def _if(*propositions: Term) -> Term:
    *premises, conclusion = propositions
    for premise in reversed(premises):
        conclusion = make("imp", premise, conclusion)
    return conclusion


_NONNEGATIVE, _POSITIVE, _Y_POSITIVE = make("le", ZERO, _X), make("lt", ZERO, _X), make("lt", ZERO, _Y)
_X_BELOW_Y, _Y_BELOW_X = make("le", _X, _Y), make("le", _Y, _X)
_MINUS_X = make("mul", number(-1), _X)
_INVERSE = make("inv", _X)
_ROOT, _LOG, _ABS = _apply(SQRT, _X), _apply(LOG, _X), _apply(ABS, _X)
_MAX, _MIN = _apply(MAX, _X, _Y), _apply(MIN, _X, _Y)
_NEXT = make("add", _N, ONE)
_LOG_PRODUCT = make("eq", _apply(LOG, make("mul", _X, _Y)), make("add", _LOG, _apply(LOG, _Y)))
_NEXT_POWER = make("eq", _apply(POWER, _X, _NEXT), make("mul", _X, _apply(POWER, _X, _N)))

AXIOMS: Mapping[str, Term] = {
    "sqrt_nonneg": _for_all(_if(_NONNEGATIVE, make("le", ZERO, _ROOT)), _X),
    "sqrt_square": _for_all(_if(_NONNEGATIVE, make("eq", make("mul", _ROOT, _ROOT), _X)), _X),
    "inv_mul": _for_all(_if(_POSITIVE, make("eq", make("mul", _X, _INVERSE), ONE)), _X),
    "inv_pos": _for_all(_if(_POSITIVE, make("lt", ZERO, _INVERSE)), _X),
    "log_le": _for_all(_if(_POSITIVE, make("le", _LOG, make("add", _X, number(-1)))), _X),
    "log_mul": _for_all(_if(_POSITIVE, _Y_POSITIVE, _LOG_PRODUCT), _X, _Y),
    "exp_ge": _for_all(make("le", make("add", ONE, _X), _apply(EXP, _X)), _X),
    "abs_ge": _for_all(make("le", _X, _ABS), _X),
    "abs_ge_minus": _for_all(make("le", _MINUS_X, _ABS), _X),
    "abs_square": _for_all(make("eq", make("mul", _ABS, _ABS), make("mul", _X, _X)), _X),
    "max_left": _for_all(make("le", _X, _MAX), _X, _Y),
    "max_right": _for_all(make("le", _Y, _MAX), _X, _Y),
    "max_is_left": _for_all(_if(_Y_BELOW_X, make("eq", _MAX, _X)), _X, _Y),
    "max_is_right": _for_all(_if(_X_BELOW_Y, make("eq", _MAX, _Y)), _X, _Y),
    "min_is_left": _for_all(_if(_X_BELOW_Y, make("eq", _MIN, _X)), _X, _Y),
    "min_is_right": _for_all(_if(_Y_BELOW_X, make("eq", _MIN, _Y)), _X, _Y),
    "power_zero": _for_all(make("eq", _apply(POWER, _X, ZERO), ONE), _X),
    "power_next": _for_all(_if(make("le", ZERO, _N), _NEXT_POWER), _X, _N),
}
"""By name.  What is not here (√ monotone, Young, AM–GM, Jensen for squares, …) is proved."""


@rule
def axiom(name: str) -> Result:
    """An axiom holds without hypotheses."""
    require(type(name) is str and name in AXIOMS, "no axiom", name)
    return (), AXIOMS[name]
