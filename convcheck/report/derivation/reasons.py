"""Reasons in words: what a proof file writes beside a step, ``by=[game.step(t), gain.times(α/2)]``, read aloud.

Only the wording is made here.  A reason that is not understood is shown as the file writes it.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from convcheck.errors import ConvcheckError
from convcheck.kernel.terms import KernelError, Term, make, number
from convcheck.language import symbols
from convcheck.language.fact import Fact
from convcheck.language.play import Game
from convcheck.language.symbols import Function
from convcheck.language.terms import Expression, expression, lift
from convcheck.library.lemma import Lemma
from convcheck.report.derivation.lines import Words


@dataclass(frozen=True)
class Names:
    """What the names of a proof file mean at a place; of reasons that no step shows, the expressions that they are."""

    objects: Mapping[str, Any]
    unsaid: Mapping[str, ast.expr] = field(default_factory=dict)

    def without(self, name: str) -> "Names":
        """Return what is left to say when one of them is being said."""
        return Names(self.objects, {n: value for n, value in self.unsaid.items() if n != name})


_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.Eq: operator.eq,
}


class _UnclearError(Exception):
    """Something is no formula that can be read off."""


def spoken(name: str) -> str:
    """Return how a name of a proof file is said."""
    return name.replace("_", " ").strip()


def reason(node: ast.expr | None, names: Names) -> Words:
    """Return a reason in words; empty without one."""
    match node:
        case None | ast.Constant(value=None):
            words: Words = []
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            words = _listed([reason(part, names) for part in parts])
        case ast.Starred(value=inside):
            words = reason(inside, names)
        case ast.Name(id=name):
            words = _named(name, names)
        case ast.Attribute():
            words = [_attribute(node, names)]
        case ast.Call():
            words = _call(node, names)
        case ast.Constant(value=value):
            words = [str(value)]
        case _:
            words = [ast.unparse(node)]
    return words


def _named(name: str, names: Names) -> Words:
    meant = names.unsaid.get(name)
    inline = isinstance(meant, ast.List) or (meant and isinstance(names.objects.get(name), Fact))
    return reason(meant, names.without(name)) if inline else [spoken(name)]


def _listed(parts: Sequence[Words]) -> Words:
    words: Words = []
    said: list[Words] = []
    for part in filter(None, parts):
        if part not in said:
            words += [", ", *part] if words else part
            said.append(part)
    return words


def _call(node: ast.Call, names: Names) -> Words:
    word = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    meant = names.unsaid.get(word)
    if word == "times" and isinstance(node.func, ast.Attribute):
        words = [*reason(node.func.value, names), " times ", *_values(node.args, names)]
    elif word in _PHRASES:
        try:
            words = _PHRASES[word](node, names)
        except (_UnclearError, IndexError):
            words = [ast.unparse(node)]
    elif isinstance(names.objects.get(word), Lemma):
        words = _lemma(node, names)
    elif isinstance(meant, ast.Lambda) and isinstance(meant.body, ast.List):
        words = _inlined(meant, node, names)
    else:
        words = _instance(node, names)
    return words


def _instance(node: ast.Call, names: Names) -> Words:
    """Return what a fact at some values is called."""
    head = _attribute(node.func, names) if isinstance(node.func, ast.Attribute) else spoken(ast.unparse(node.func))
    if not node.args:
        return [head]
    values = _values(node.args, names)
    return [f"{head} at ", *values] if " of " in head or head == "the step" else [f"{head}(", *values, ")"]


def _lemma(node: ast.Call, names: Names) -> Words:
    """Return what a lemma of the library says of these values."""
    try:
        found = names.objects[ast.unparse(node.func)](*(Expression(_term(arg, names)) for arg in node.args))
    except (_UnclearError, ConvcheckError, KernelError):
        return [spoken(ast.unparse(node))]
    return [found.theorem.conclusion] if isinstance(found, Fact) else [spoken(ast.unparse(node))]


def _inlined(meant: ast.Lambda, node: ast.Call, names: Names) -> Words:
    """Return the reasons that a function lists for some values."""
    try:
        values = [Expression(_term(arg, names)) for arg in node.args]
    except _UnclearError:
        return [ast.unparse(node)]
    parameters = [a.arg for a in meant.args.args]
    objects = {**names.objects, **dict(zip(parameters, values, strict=False))}
    return reason(meant.body, Names(objects, names.unsaid))


def _attribute(node: ast.Attribute, names: Names) -> str:
    """Return what a fact about a game is called."""
    owner = names.objects.get(node.value.id) if isinstance(node.value, ast.Name) else None
    if isinstance(owner, Game):
        state, _, what = node.attr.rpartition("_")
        if node.attr == "step":
            return "the step"
        if state and what in ("step", "start"):
            return f"the {'recursion' if what == 'step' else 'initial value'} of {state}"
    return spoken(node.attr)


def _values(nodes: Sequence[ast.expr], names: Names) -> Words:
    return _listed([_value(node, names) for node in nodes])


def _value(node: ast.expr, names: Names) -> Words:
    try:
        return [_term(node, names)]
    except _UnclearError:
        return reason(node, names)


# ---- formulas in reasons


def _term(node: ast.expr, names: Names) -> Term:
    """Return the term that an argument of a reason denotes."""
    try:
        return lift(_read(node, names))
    except (ConvcheckError, KernelError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise _UnclearError from error


def _read(node: ast.expr, names: Names) -> Any:
    """Return what an expression denotes that has only operations on terms."""

    def read(part: ast.expr) -> Any:
        return _read(part, names)

    match node:
        case ast.Constant(value=int(value)):
            found: Any = value
        case ast.Name(id=name):
            found = names.objects[name]
        case ast.Attribute(value=owner, attr=attribute):
            found = getattr(read(owner), attribute)
        case ast.BinOp(left=left, op=op, right=right):
            found = _OPERATIONS[type(op)](expression(read(left)), read(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            found = -read(operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            found = _COMPARISONS[type(op)](expression(read(left)), read(right))
        case ast.Subscript(value=whole, slice=index):
            found = read(whole)[read(index)]
        case ast.Call(func=function, args=arguments, keywords=[]) if _is_operation(read(function)):
            found = read(function)(*map(read, arguments))
        case _:
            raise _UnclearError
    return found


def _is_operation(function: Any) -> bool:
    """Tell whether calling it makes a term and does nothing else: it is no word of a proof."""
    if isinstance(function, Function) or function in (Fraction, abs):
        return True
    return getattr(function, "__name__", "") in ("<lambda>", "member") or _comes_from(function, symbols.__name__)


def _comes_from(function: Any, module: str) -> bool:
    return getattr(function, "__module__", None) == module or type(function).__module__ in (
        module,
        "convcheck.language.objective",
    )


# ---- words that have a phrase of their own


def _square(node: ast.Call, names: Names) -> Words:
    e = _term(node.args[0], names)
    return [make("le", number(0), make("inner", e, e) if e.sort == "V" else make("pow", e, 2))]


def _nonnegative(node: ast.Call, names: Names) -> Words:
    return [make("le", number(0), _term(node.args[0], names))]


def _monotone(node: ast.Call, names: Names) -> Words:
    a, b = (symbols.sqrt(_term(arg, names)) for arg in node.args[:2])
    return [(a <= b).term]


def _root(node: ast.Call, names: Names) -> Words:
    e = Expression(_term(node.args[0], names))
    return [(symbols.sqrt(e) ** 2 == e).term]


def _inverse(node: ast.Call, names: Names) -> Words:
    e = Expression(_term(node.args[0], names))
    return [(e * (1 / e) == 1).term]


def _larger(node: ast.Call, names: Names) -> Words:
    a, b = (Expression(_term(arg, names)) for arg in node.args[:2])
    return [(a <= symbols.maximum(a, b)).term, ", ", (b <= symbols.maximum(a, b)).term]


def _image(node: ast.Call, names: Names) -> Words:
    return [*reason(node.args[1], names), " on both sides"]


def _summed(node: ast.Call, names: Names) -> Words:
    index, low, high = (_term(arg, names) for arg in node.args[1:4])
    return [*reason(node.args[0], names), ", summed over ", index, " from ", low, " to ", high]


def _averaged(node: ast.Call, names: Names) -> Words:
    given = [[" given the past at ", *_value(k.value, names)] for k in node.keywords if k.arg == "given"]
    return [*reason(node.args[0], names), " in the mean", *(given[0] if given else [])]


def _products(node: ast.Call, names: Names) -> Words:
    degree = "".join(f" up to degree {ast.unparse(k.value)}" for k in node.keywords if k.arg == "degree")
    return ["products of ", *_listed([reason(arg, names) for arg in node.args]), degree]


def _divided(node: ast.Call, names: Names) -> Words:
    return [*reason(node.args[0], names), " divided by ", _term(node.args[1], names)]


def _fact(node: ast.Call, names: Names) -> Words:
    why = next((reason(k.value, names) for k in node.keywords if k.arg == "by"), [])
    return [_term(node.args[0], names), *([" (by ", *why, ")"] if why else [])]


def _power_zero(node: ast.Call, names: Names) -> Words:
    base, zero = Expression(_term(node.args[0], names)), Expression(number(0))
    return [(Expression(_power(base, zero)) == 1).term]


def _power_next(node: ast.Call, names: Names) -> Words:
    base, n = (Expression(_term(arg, names)) for arg in node.args[:2])
    return [(Expression(_power(base, n + 1)) == base * Expression(_power(base, n))).term]


def _power(base: Expression, exponent: Expression) -> Term:
    from convcheck.kernel.axioms import POWER

    return make("app", POWER, base.term, exponent.term)


_PHRASES: Mapping[str, Callable[[ast.Call, Names], Words]] = {
    "square": _square,
    "nonneg": _nonnegative,
    "sqrt_mono": _monotone,
    "root": _root,
    "root_of_zero": lambda _node, _names: [(symbols.sqrt(0) == 0).term],
    "empty": lambda _node, _names: ["the sum is empty"],
    "last": lambda _node, _names: ["the last term apart"],
    "unroll": lambda node, _names: [f"the last {ast.unparse(node.args[1])} terms apart"],
    "summed": _summed,
    "telescope": lambda _node, _names: ["the sum telescopes"],
    "averaged": _averaged,
    "products": _products,
    "positive_factor": _divided,
    "have": _fact,
    "inverse": _inverse,
    "larger": _larger,
    "image": _image,
    "power_zero": _power_zero,
    "power_next": _power_next,
}
"""By the word of the language (`convcheck.language.words`) or of the library."""
