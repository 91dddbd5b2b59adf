"""Writing arithmetic steps as Coq lemmas about real numbers.

Atoms, such as √v_t, f_t(u) or Σ_{t ≤ T} …, become real variables; a product or a sum of them stays what it is.  A lemma
has the conclusions of the step's premises as its own premises and its goal as its goal.  Its proof names the products
and multiples of which the difference of the two sides consists: `field` proves that identity, and signs follow by the
rules for sums and products.  Nothing is searched for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from convcheck.coq.identity import Identity, Multiple
from convcheck.kernel import Term, Theorem
from convcheck.kernel.normal import Scalar, scalar

PREAMBLE = """\
Require Import Reals Lra.
Local Open Scope R_scope.

Lemma slack_le (a b : R) : a <= b -> 0 <= b - a. Proof. lra. Qed.
Lemma slack_lt (a b : R) : a < b -> 0 < b - a. Proof. lra. Qed.
Lemma zero (q a b : R) : a = b -> q * (a - b) = 0. Proof. intros ->. ring. Qed.
Lemma zeros (a b : R) : a = 0 -> b = 0 -> a + b = 0. Proof. lra. Qed.
Lemma by_le (a b p z : R) : b - a = p + z -> 0 <= p -> z = 0 -> a <= b. Proof. lra. Qed.
Lemma by_lt (a b p z : R) : b - a = p + z -> 0 < p -> z = 0 -> a < b. Proof. lra. Qed.
Lemma by_eq (a b z : R) : b - a = z -> z = 0 -> a = b. Proof. lra. Qed.

Ltac positive := lazymatch goal with
  | |- 0 < _ * _ => apply Rmult_lt_0_compat; positive
  | |- 0 < _ - _ => apply slack_lt; assumption
  | |- 0 < _ => lra
  end.
Ltac nonnegative := lazymatch goal with
  | |- 0 <= _ + _ => apply Rplus_le_le_0_compat; nonnegative
  | |- 0 <= _ * _ => apply Rmult_le_pos; nonnegative
  | |- 0 <= _ - _ => first [apply slack_le; assumption | apply Rlt_le, slack_lt; assumption]
  | |- 0 <= _ => lra
  end.
Ltac strictly := lazymatch goal with |- 0 < _ + _ => apply Rplus_lt_le_0_compat; [positive | nonnegative] end.
Ltac vanishes := lazymatch goal with
  | |- _ + _ = 0 => apply zeros; vanishes
  | |- _ * (_ - _) = 0 => apply zero; assumption
  | |- 0 = 0 => reflexivity
  end.
"""


def document(steps: Iterable[tuple[str, Identity]]) -> str:
    """Return a Coq file with a lemma for each named step."""
    return PREAMBLE + "".join(f"\n{lemma(name, step)}" for name, step in steps)


def lemma(name: str, step: Identity) -> str:
    """Return one step as a lemma with its proof."""
    writer = _Writer()
    premises = [
        *(writer.relation(f.conclusion) for f in step.premises),
        *(f"{writer.polynomial(m.left)} = {writer.polynomial(m.right)}" for m in step.congruences),
    ]
    goal, proof = writer.relation(step.goal), writer.proof(step)
    variables = f" ({' '.join(writer.names.values())} : R)" if writer.names else ""
    said = "".join(f"\n  ({f'h{k}'} : {premise})" for k, premise in enumerate(premises, 1))
    return f"Lemma {name}{variables}{said} :\n  {goal}.\nProof.\n  {proof}\nQed.\n"


@dataclass(eq=False)
class _Writer:
    """Writes terms; ``names`` are the variables that stand for atoms."""

    names: dict[Term, str] = field(default_factory=dict)

    def relation(self, relation: Term) -> str:
        sign = {"le": "<=", "lt": "<", "eq": "="}[relation.op]
        return f"{self.term(relation.args[0])} {sign} {self.term(relation.args[1])}"

    def term(self, term: Term) -> str:
        """Write a term; what is not a sum, product, power or number is written as its normal form, over atoms."""
        if term.op == "q":
            return rational(term.args[0])
        if term.op in ("add", "mul"):
            return f"({(' + ' if term.op == 'add' else ' * ').join(map(self.term, term.args))})"
        if term.op == "pow":
            return f"({self.term(term.args[0])} ^ {term.args[1]})"
        return self.polynomial(scalar(term))

    def polynomial(self, p: Scalar) -> str:
        terms = [self._monomial(dict(monomial), coefficient) for monomial, coefficient in p.items()]
        return terms[0] if len(terms) == 1 and " " not in terms[0] else f"({_sum(terms)})" if terms else "0"

    def _monomial(self, monomial: dict[Term, int], coefficient: Fraction) -> str:
        names = [(self.names.setdefault(a, f"x{len(self.names) + 1}"), k) for a, k in monomial.items()]
        first = [] if coefficient == 1 and names else [rational(coefficient)]
        return " * ".join([*first, *(f"{name} ^ {k}" if k > 1 else name for name, k in names)])

    def proof(self, step: Identity) -> str:
        """Write what the difference of the sides consists of, and how its parts are seen to have their signs."""
        positive = [p for p in step.products if not _vanishing(p[1])]
        positive.sort(key=lambda p: not _strict(p[1]))
        parts = [self._product(c, [*map(self._slack, theorems)], factor) for c, theorems, factor in positive]
        if step.constant > 0 and not (positive and _strict(positive[0][1])):
            parts.insert(0, rational(step.constant))
        elif step.constant > 0:
            parts.append(rational(step.constant))
        zeros = [self._zero(p) for p in step.products if _vanishing(p[1])] + [self._multiple(m) for m in step.multiples]
        z = _sum(zeros)
        if step.goal.op == "eq":
            return f"apply (by_eq _ _ ({z})); [field | vanishes]."
        rule, sign = ("by_lt", "strictly") if step.goal.op == "lt" else ("by_le", "nonnegative")
        p = _sum(parts) if sign == "nonnegative" else f"{parts[0]} + ({_sum(parts[1:])})"
        return f"apply ({rule} _ _ ({p}) ({z})); [field | {sign} | vanishes]."

    def _slack(self, f: Theorem) -> str:
        return f"({self.term(f.conclusion.args[1])} - {self.term(f.conclusion.args[0])})"

    def _product(self, coefficient: Fraction, factors: list[str], multiplier: Term | None) -> str:
        more = [] if multiplier is None else [self.term(multiplier)]
        first = [] if coefficient == 1 and (factors or more) else [rational(coefficient)]
        return f"({' * '.join([*first, *factors, *more])})"

    def _zero(self, product: tuple[Fraction, tuple[Theorem, ...], Term | None]) -> str:
        """Write a product with an equation as a multiple of left - right."""
        coefficient, theorems, multiplier = product
        k = next(k for k, f in enumerate(theorems) if f.conclusion.op == "eq")
        others = [self._slack(f) for i, f in enumerate(theorems) if i != k]
        left, right = map(self.term, theorems[k].conclusion.args)
        return f"{self._product(-coefficient, others, multiplier)} * ({left} - {right})"

    def _multiple(self, m: Multiple) -> str:
        if m.premise is None:
            left, right = self.polynomial(m.left), self.polynomial(m.right)
        else:
            left, right = map(self.term, m.premise.conclusion.args)
        return f"{self.polynomial(m.cofactor)} * ({left} - {right})"


def rational(value: Fraction) -> str:
    """Write a rational number."""
    above = str(value.numerator) if value >= 0 else f"(-{-value.numerator})"
    return above if value.denominator == 1 else f"({above} / {value.denominator})"


def _sum(parts: list[str]) -> str:
    return " + ".join(parts) or "0"


def _vanishing(theorems: tuple[Theorem, ...]) -> bool:
    return any(f.conclusion.op == "eq" for f in theorems)


def _strict(theorems: tuple[Theorem, ...]) -> bool:
    return all(f.conclusion.op == "lt" for f in theorems)


def names(steps: Iterable[Identity]) -> Iterator[tuple[str, Identity]]:
    """Yield steps with names, in order."""
    yield from ((f"step_{number}", step) for number, step in enumerate(steps, 1))
