"""The game of an optimizer: what its own function says about x_1, x_2, …, as hypotheses of a theorem.

``play`` runs the function once, at a time t, on terms of the kernel.  States are folded: x_{t+1} is written with the
names m_t, v_t of the code's intermediate states, not with their formulas.  A ``np.where(c, a, b)`` becomes a new
sequence y with the hypotheses c → y_t = a and not c → y_t = b; one that is a `ratio` is known to be a quotient.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from convcheck.arithmetic.number import as_decimal
from convcheck.assumptions import Assumption
from convcheck.errors import ProofError
from convcheck.kernel.arithmetic import polynomial
from convcheck.kernel.terms import ZERO, Term, make, number, substitute
from convcheck.language import hypotheses
from convcheck.language.fact import Fact
from convcheck.language.proof import given
from convcheck.language.ratio import Quotient, opened, quotients, safe_divisors, with_quotients
from convcheck.language.recorder import Recorder
from convcheck.language.scope import current
from convcheck.language.symbols import Family, Function, family, forall, function, implies, norm2, quantify, vectors
from convcheck.language.terms import OUTCOME, Expression, Value, expression
from convcheck.optimizers.base import Optimizer
from convcheck.schedules.base import Schedule
from convcheck.tactics.inference import apply, generalize
from convcheck.tactics.linear import linear
from convcheck.tactics.vectors import substituted

if TYPE_CHECKING:
    from convcheck.kernel.theorem import Theorem

Projection: TypeAlias = Callable[[Expression], Expression] | Expression | bool | None


@dataclass(eq=False)
class Game:
    """The symbols of a game and what the optimizer's code says about them.

    ``game.x``, ``game.g``, ``game.f`` are points, gradients and losses, ``game.v`` … the states.  ``game.step`` says
    what x_{t+1} is (or, with projection onto a convex set, that it is no farther from u than the raw step),
    ``game.v_step`` and ``game.v_start`` what v_t and v_0 are.  If the rule asks for the gradient elsewhere than at x,
    then at ``game.asked``, and ``game.y_step`` says what y_t is.
    """

    optimizer: Optimizer
    x: Function
    g: Function
    f: Family
    states: Mapping[str, Function]
    comparator: Expression | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    raw: Callable[[Expression], Expression] = operator.pos
    """The step before projection, as a function of t."""
    coordinates: tuple[Expression, Expression] | None = None
    """An index i and the dimension d, if the game is played coordinate by coordinate."""
    query: Function | None = None
    """The points y_t at which the gradient is asked, if they are not x_t."""
    assumed: dict[Term, Assumption] = field(default_factory=dict)
    """Hypotheses that are words of the shared vocabulary."""
    hyper: Mapping[str, Any] = field(default_factory=dict)
    """The hyper-parameters that were given: numbers, expressions, or functions of t."""

    @property
    def asked(self) -> Function:
        """The points at which the gradient is asked."""
        return self.x if self.query is None else self.query

    def __getattr__(self, name: str) -> Any:
        """Return a state's sequence, or a fact about the code."""
        for known in (self.__dict__.get("states", {}), self.__dict__.get("facts", {})):
            if name in known:
                return known[name]
        raise AttributeError(f"the game of {self.optimizer.name} has no {name}")

    def at(self, sequence: Function, t: Value) -> Expression:
        """Return an entry of one of the game's sequences, its coordinate i if there are coordinates."""
        return sequence(t) if self.coordinates is None else sequence(t)[self.coordinates[0]]

    def given(self, *assumptions: Assumption, u: Expression | None = None) -> Any:
        """Assume something of the shared vocabulary, about the points that are played and the comparator u."""
        point = self.comparator if u is None else u
        facts = [given(hypotheses.formula(assumption, self, point)) for assumption in assumptions]
        self.assumed |= {f.theorem.conclusion: a for f, a in zip(facts, assumptions, strict=True)}
        return facts[0] if len(facts) == 1 else facts


def play(
    optimizer: Optimizer,
    *,
    project: Projection = None,
    coordinates: tuple[Expression, Expression] | None = None,
    sort: str = "R",
    random: bool = False,
    suffix: str = "",
    **hyper: Any,
) -> Game:
    """Run an optimizer's own function on terms, and assume what it says.

    Parameters
    ----------
    optimizer
        The rule.
    project
        What the problem does with the raw step: a function of it (``lambda y: clip(y, low, high)``); or a point u of a
        closed convex set of vectors, onto which Π projects, and so comes no farther from u; or nothing.  With False it
        is left to a hypothesis what x_{t+1} has to do with ``game.raw(t)``, which ``game.raw_step`` rewrites.
    coordinates
        An index i and the dimension d, as ``(i, d)``: x_t, g_t and the states are vectors, and the rule says what their
        coordinates x_{t,i} do.  Of coordinates beyond d nothing is assumed that zeros would not satisfy.
    sort
        "V" if points are vectors.
    random
        Whether gradients are: then x_t is known at time t, and g_t and the states at t are known at t + 1.
    suffix
        What the names of this game's symbols end in, so that two games can be played in one proof.
    hyper
        Hyper-parameters: numbers, expressions, or schedules (functions of t).

    Raises
    ------
    ProofError
        The rule sees whole points, or draws random numbers itself; or names are taken by another game.
    """
    if optimizer.kind == "array" or optimizer.streams:
        why = "is an array rule" if optimizer.kind == "array" else "draws random numbers itself"
        raise ProofError(f"{optimizer.name} {why}; a game is played by a function of one coordinate's numbers")
    sort = project.term.sort if isinstance(project, Expression) else sort if coordinates is None else "V"
    t = make("var", "t", "Z")
    indices = [t, *([] if coordinates is None else [coordinates[0].term]), *([OUTCOME] if random else [])]
    comparator = project if isinstance(project, Expression) else None
    x, g, f, states, query = _symbols(optimizer, sort, suffix, random=random)
    game = Game(optimizer, x, g, f, states, comparator, coordinates=coordinates, query=query, hyper=hyper)
    recorder = Recorder(indices, suffix)
    asked, raw, updates = _run(game, recorder, hyper)
    ratios = _choices(game, recorder)
    if game.query is not None:
        game.facts["y_step"] = _assumed((game.at(game.query, Expression(t)) == asked).term, ratios, indices)
    for name, value in updates.items():
        now, start = (game.at(game.states[name], time) for time in (Expression(t), 0))
        game.facts[f"{name}_step"] = _assumed((now == value).term, ratios, indices)
        zeroth = start == number(as_decimal(optimizer.state[name]))
        game.facts[f"{name}_start"] = given(Expression(quantify(zeroth.term, indices[1:])))
    game.raw = lambda time: Expression(substitute(raw, {t: time.term}))
    harmless = {make("lt", ZERO, make("pow", divisor, 2)) for divisor in safe_divisors(recorder.choices)}
    conditions = [c for c in dict.fromkeys(recorder.defined) if c not in harmless]
    current().defined += [_every(condition, indices).term for condition in conditions]
    if raw.sort != "V":
        itself = generalize(polynomial(make("eq", raw, raw), [], []), indices, [make("le", number(1), t)])
        game.facts["raw_step"] = Fact(with_quotients(itself, ratios, indices))
    if project is False:
        return game
    following = game.at(game.x, Expression(t) + 1)
    step = _assumed((following == _project(game, project, Expression(raw))).term, ratios, indices)
    game.facts["step"] = step if game.comparator is None else _no_farther(game, step, t)
    return game


def _symbols(
    optimizer: Optimizer, sort: str, suffix: str, *, random: bool
) -> tuple[Function, Function, Family, Mapping[str, Function], Function | None]:
    """Return x, g, f, the states and the query of a game, about which nothing is said yet.

    Raises
    ------
    ProofError
        Another game of this proof has the same names.
    """
    if suffix in current().games:
        raise ProofError("a second game needs names of its own: play(…, suffix='2')")
    current().games.add(suffix)

    def sequence(name: str) -> Function:
        if random:
            return function(name + suffix, "ZW", sort, 0 if name in {"x", "y"} else 1)
        return function(name + suffix, "Z", sort)

    states = {name: sequence(name) for name in optimizer.state}
    query = None if optimizer.query is None else sequence("y")
    return sequence("x"), sequence("g"), family("f" + suffix, sort), states, query


def _run(game: Game, recorder: Recorder, hyper: Mapping[str, Any]) -> tuple[Term, Term, dict[str, Term]]:
    """Return where the gradient is asked at t, x_{t+1} before projection, and the states at t by name, folded."""
    optimizer, symbols = game.optimizer, {"x": game.x, "g": game.g, **game.states}
    for name in hyper.keys() - optimizer.hyperparameters.keys():
        optimizer.check({name: 0})  # refuses, with the nearest name
    t = Expression(recorder.indices[0])
    formula = recorder.arithmetic()
    values = {name: hyper.get(name, default) for name, default in optimizer.hyperparameters.items()}
    numbers = {name: formula.of(_at(v, t, formula)) for name, v in values.items()}
    for value in numbers.values():
        recorder.executes(value.raw)
    before = [formula(game.at(symbols[name], t - 1).term) for name in optimizer.state]
    x, g = (formula(game.at(symbols[name], t).term) for name in ("x", "g"))
    asked = formula.of(optimizer.asks(x, *before, **numbers)).raw
    result = [formula.of(value).raw for value in optimizer(x, g, formula(t.term), *before, **numbers)]
    for position, name in enumerate(optimizer.state, 1):
        if result[position].op not in ("q", "var"):
            fold = recorder.fold(result[position], game.at(symbols[name], t).term)
            result = [value if k == position else fold(value) for k, value in enumerate(result)]
    return asked, result[0], dict(zip(optimizer.state, result[1:], strict=True))


def _at(hyper: Any, t: Expression, formula: Callable[..., Any]) -> Any:
    """Return the value of a hyper-parameter at t; a `Schedule` runs on terms, as the rule does."""
    if isinstance(hyper, Schedule):
        return hyper(formula(t.term))
    return hyper(t) if callable(hyper) else hyper


def _every(formula: Term, indices: Sequence[Term]) -> Expression:
    """Return ∀t (i). 1 ≤ t → formula."""
    return Expression(quantify(implies(expression(1) <= Expression(indices[0]), formula).term, list(indices)))


def _choices(game: Game, recorder: Recorder) -> list[Quotient]:
    """Assume what each choice is in its two cases; return those that are quotients."""
    branches: dict[Term, tuple[Theorem, Theorem]] = {}
    for count, choice in enumerate(recorder.choices, 1):
        yes, no = (
            given(_every(implies(case, make("eq", choice.value, value)).term, recorder.indices))
            for case, value in ((choice.condition, choice.yes), (choice.otherwise, choice.no))
        )
        game.facts[f"choice{count}_yes"], game.facts[f"choice{count}_no"] = yes, no
        branches[choice.value] = (yes.theorem, no.theorem)
    return quotients(recorder.choices, branches, recorder.indices)


def _assumed(equation: Term, ratios: Sequence[Quotient], indices: Sequence[Term]) -> Fact:
    """Assume an equation for all t ≥ 1, and return it with quotients for ratios."""
    return Fact(with_quotients(given(_every(equation, indices)).theorem, ratios, indices))


def _project(game: Game, project: Projection, raw: Expression) -> Expression:
    if project is None or isinstance(project, bool):
        return raw
    if not isinstance(project, Expression):
        return project(raw)
    projection, (y,) = function("Π", "V", "V"), vectors("y")
    game.facts["projection"] = given(forall(y, norm2(projection(y) - project) <= norm2(y - project)))
    return projection(raw)


def _no_farther(game: Game, step: Fact, t: Term) -> Fact:
    """Return ∀t ≥ 1. ‖x_{t+1} - u‖² ≤ ‖raw - u‖²."""
    equation = opened(step.theorem, [t])
    following, projected = equation.conclusion.args
    contraction = apply(game.facts["projection"].theorem, [projected.args[1]])
    _, far = contraction.conclusion.args
    goal = make("le", norm2(Expression(following) - expression(game.comparator)).term, far)
    other, changes = substituted(goal, [equation])
    near = linear(goal, [linear(other, [contraction]), *changes])
    return Fact(generalize(near, [t], [make("le", number(1), t)]))
