"""Mutants of the trusted programs: each differs in one place, and lives in modules of its own.

A side condition is deleted or weakened, a comparison flipped, a hypothesis lost, an index off by one, an operation or
two arguments exchanged.  A mutant's name is the function, what stood there, and what stands there now.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from convcheck import check
from convcheck.refute import instances

PACKAGE = "under_test"
ROOT = Path(check.__file__).parent

# Not changed: what only readers see, and what cannot run in a proof.
UNTOUCHED = ("__repr__", "_refuse")
NAMES_OF_TYPES = {"__slots__", "__all__", "Argument", "Product", "Leaf", "Part", "Poly", "Value", "Derived", "Result"}
NAMES_OF_TYPES |= {"Interval", "Line", "Monomial", "Node", "Kind"}
CHECKS = ("require", "_terms_of", "hypotheses_of")
# f(x, …) becomes x
TRANSPARENT = {"shift", "canonical", "instantiate", "rebuild", "substitute", "power", "_freeze", "put", "lift", "fill"}
TRANSPARENT |= {"bind", "recast", "_outward", "_neg", "_down", "_rational", "_name", "_text"}
# f(x, y) does not become f(y, x)
SYMMETRIC = {"max", "min", "set", "zip", "product", "isinstance", "make", "_mul", "_add", "times", "plus", "inner"}
SYMMETRIC |= {"require", "hypotheses_of", "mentioned", "_product", "_eq"}
OPERATIONS: dict[str, tuple[str, ...]] = {"CE": ("sum", "E"), "imp": ("and",), "and": ("imp",), "app": ("var",)}
OPERATIONS |= {"le": ("lt",), "lt": ("le",), "eq": ("le",), "sum": ("E",), "E": ("sum",), "all": ("sum",)}
OPERATIONS |= {"inner": ("smul",), "smul": ("inner",), "inv": ("pow",), "pow": ("inv",), "mul": ("add",)}
OPERATIONS |= {"add": ("mul",), "var": ("bvar",), "bvar": ("var",)}
SORTS: dict[str, tuple[str, ...]] = {"Z": ("R", "ZRVWB"), "R": ("Z",), "V": ("R", "ZRVWB"), "W": ("Z", "ZRVWB")}
SORTS |= {"B": ("R", "ZRVWB"), "ZR": ("ZRVWB", "Z"), "ZRV": ("ZRVWB", "ZR")}
WEAKER = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OPPOSITE = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OPPOSITE |= {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
OTHER: dict[type, type] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Div}
LIMIT = 10
"""Larger numbers in the programs are limits of size, which might as well be others."""


class Program(NamedTuple):
    """A trusted program: its modules, each after those that it imports."""

    folder: Path
    modules: tuple[str, ...]

    def mutants(self) -> list["Mutant"]:
        """Return all mutants."""
        return [mutant for module in self.modules for mutant in _of_module(self.folder, module)]

    def load(self, mutant: "Mutant | None" = None) -> dict[str, ModuleType]:
        """Return the modules, with one of them changed; they are nobody else's."""
        loaded: dict[str, ModuleType] = {}
        package = ModuleType(PACKAGE)
        package.__path__ = []
        sys.modules[PACKAGE] = package
        try:
            for name in self.modules:
                module = sys.modules[f"{PACKAGE}.{name}"] = loaded[name] = ModuleType(f"{PACKAGE}.{name}")
                changed = mutant is not None and mutant.module == name
                code = mutant.compiled if mutant is not None and changed else _original(self.folder, name)
                exec(code, module.__dict__)  # noqa: S102  # our own source, with one change
        finally:
            for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
                del sys.modules[name]
        return loaded


class Mutant:
    """One change of one module; it is compiled when it is wanted."""

    def __init__(self, name: str, module: str, tree: ast.Module, place: "_Place", new: ast.AST) -> None:
        self.name = name
        self.module = module
        self._parts = tree, place, new

    @cached_property
    def compiled(self) -> CodeType:
        """Return the changed module; the tree is left as it was."""
        tree, place, new = self._parts
        place.put(new)
        try:
            return _compiled(tree, self.module)
        finally:
            place.put(place.node)


KERNEL = Program(ROOT / "kernel", ("terms", "normal", "theorem", "axioms", "rules", "arithmetic", "certificate"))
CHECKER = Program(ROOT, ("check",))
INSTANCES = Program(Path(instances.__file__).parent, ("instances",))
PROGRAMS = {"kernel": KERNEL, "checker": CHECKER, "instances": INSTANCES}

# ---- where to change -----------------------------------------------------------------------------------------------

_known: dict[tuple[Path, str], CodeType] = {}


def _original(folder: Path, module: str) -> CodeType:
    if (folder, module) not in _known:
        _known[folder, module] = _compiled(_tree(folder, module), module)
    return _known[folder, module]


def _tree(folder: Path, module: str) -> ast.Module:
    tree = ast.parse((folder / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            node.module = node.module.replace("convcheck.kernel", PACKAGE)
    return tree


def _compiled(tree: ast.Module, module: str) -> CodeType:
    return compile(ast.fix_missing_locations(tree), f"{PACKAGE}/{module}.py", "exec")


class _Place(NamedTuple):
    """A node, by the field of its parent that holds it, and the function it belongs to."""

    holder: Any
    key: Any
    node: ast.AST
    function: str

    def put(self, node: ast.AST) -> None:
        """Put a node in this place."""
        if isinstance(self.holder, list):
            self.holder[self.key] = node
        else:
            setattr(self.holder, self.key, node)


def _of_module(folder: Path, module: str) -> Iterator[Mutant]:
    tree = _tree(folder, module)
    seen = Counter[str]()
    for place in list(_places(tree, "")):
        for new in _replacements(place):
            if _text(new) == _text(place.node):
                continue
            name = f"{module}.{place.function}: {_text(place.node)} ⇒ {_text(new)}"
            seen[name] += 1
            yield Mutant(name if seen[name] == 1 else f"{name} ({seen[name]})", module, tree, place, new)


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _places(node: ast.AST, function: str) -> Iterator[_Place]:
    """Yield the places below a node; not annotations, docstrings, assertions, and what is said with a refusal."""
    if isinstance(node, ast.Raise):
        return
    for field, value in ast.iter_fields(node):
        skipped = field in {"annotation", "returns", "decorator_list", "bases", "type_params"}
        children = [] if skipped else list(enumerate(value)) if isinstance(value, list) else [(field, value)]
        if field == "args" and _called(node) in {"require", "_refuse", "_object", "_array", "at"}:
            children = children[:1] if _called(node) != "_refuse" else []
        for key, child in children:
            if isinstance(child, ast.AST) and not _ignored(child):
                inside = _name_of(child, function)
                yield _Place(value if isinstance(value, list) else node, key, child, inside)
                yield from _places(child, inside)


def _name_of(node: ast.AST, function: str) -> str:
    name = getattr(node, "name", "") if isinstance(node, ast.FunctionDef | ast.ClassDef) else ""
    if isinstance(node, ast.AnnAssign | ast.Assign) and not function:
        name = _text(node.target if isinstance(node, ast.AnnAssign) else node.targets[0])
    return f"{function}.{name}" if function and name else name or function


def _ignored(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign) and _text(node.targets[0]) in NAMES_OF_TYPES:
        return True
    if isinstance(node, ast.keyword) and node.arg == "strict":  # the lengths are known to be equal
        return True
    if isinstance(node, ast.If) and "__name__" in _text(node.test):
        return True
    name = getattr(node, "name", "")
    return isinstance(node, ast.Assert | ast.ImportFrom | ast.Import | ast.FormattedValue) or name in UNTOUCHED


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


# ---- what to put there ---------------------------------------------------------------------------------------------


def _replacements(place: _Place) -> Iterator[ast.AST]:
    node = place.node
    if isinstance(node, ast.expr):
        yield from _expressions(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _called(node.value) in CHECKS:
        if not isinstance(node.value.args[0], ast.Compare):  # which becomes true by itself
            yield ast.Pass()
    elif isinstance(node, ast.Raise | ast.AugAssign):
        yield ast.Pass()
    elif isinstance(node, ast.If):
        if not isinstance(node.test, ast.Compare):  # which becomes true by itself
            yield ast.If(ast.Constant(value=True), node.body, node.orelse)
        yield ast.If(ast.Constant(value=False), node.body, node.orelse)
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield ast.comprehension(node.target, node.iter, [], node.is_async)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
        yield ast.Return(ast.Tuple([ast.Tuple([], ast.Load()), node.value.elts[1]], ast.Load()))


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, ast.BoolOp):
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _binary(node)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.JoinedStr) and "A-Z" in _text(node):
        yield ast.Constant(value=".*")
    elif isinstance(node, ast.Call):
        yield from _calls(node)


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    yield ast.Constant(value=True)
    if len(node.ops) > 1:
        yield ast.Compare(node.left, node.ops[:-1], node.comparators[:-1])
        yield ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])
        return
    for change in (WEAKER, OPPOSITE):
        if type(node.ops[0]) in change:
            yield ast.Compare(node.left, [change[type(node.ops[0])]()], node.comparators)


def _binary(node: ast.BinOp) -> Iterator[ast.expr]:
    yield from (node.left, node.right)
    if type(node.op) in OTHER:
        yield ast.BinOp(node.left, OTHER[type(node.op)](), node.right)


def _constants(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(value=not value)
    elif isinstance(value, int) and value <= LIMIT:
        yield from (ast.Constant(value=v) for v in (value + 1, value - 1) if v >= 0)
    elif isinstance(value, str):
        yield from (ast.Constant(value=v) for v in (*OPERATIONS.get(value, ()), *SORTS.get(value, ())))
        classes = re.finditer(r"\[[A-Z0-9][^]]*\]", value)  # of a regular expression: any character instead
        yield from (ast.Constant(value=value[: c.start()] + "." + value[c.end() :]) for c in classes)


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    name = _called(node)
    if name in TRANSPARENT and node.args:
        yield node.args[0]
    if name in {"all", "any"}:
        yield from (ast.Constant(value=True), ast.Constant(value=False))
    if name in {"max", "min"}:
        other = ast.Name("min" if name == "max" else "max", ast.Load())
        yield ast.Call(other, node.args, node.keywords)
    if len(node.args) == 2 and name not in SYMMETRIC and not any(isinstance(a, ast.Starred) for a in node.args):
        yield ast.Call(node.func, node.args[::-1], node.keywords)
    if name in {"hypotheses_of", "_if"} and len(node.args) > 1:
        for i in range(len(node.args) - (name == "_if")):
            yield ast.Call(node.func, node.args[:i] + node.args[i + 1 :], node.keywords)
