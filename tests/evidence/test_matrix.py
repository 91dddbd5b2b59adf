"""The matrix: which problems a theorem meets is found by comparison, and a theorem that is false would be seen."""

from pathlib import Path
from typing import Any

import pytest

from convcheck.claims import discovery
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.verdict import Verdict
from convcheck.evidence.matrix import Matrix, matrix
from convcheck.kernel import Theorem
from convcheck.language.files import ProofFile


class Said:
    """What a claim says, whether it is proved or not."""

    def __init__(self, file: ClaimFile) -> None:
        def hypotheses() -> frozenset[Any]:
            from convcheck.language.scope import current

            return frozenset(current().given)

        self.conclusion = file.statement.term
        self.hypotheses = file.within(hypotheses)


def found(name: str) -> Matrix:
    file = discovery.load(name, Path("/"))
    theorem = ProofFile(file.path, file.module, file.context).prove().theorem
    return matrix(file, theorem)


@pytest.fixture(scope="module")
def ogd() -> Matrix:
    return found("zinkevich2003/theorem-1")


def test_problems_are_found_by_what_they_promise(ogd: Matrix) -> None:
    problems = {cell.problem.partition("(")[0] for cell in ogd.cells}
    assert {"linear_box", "reddi", "periodic"} <= problems
    # no bounded domain, no bounded gradients, or gradients that are not exact
    assert not problems & {"quadratic", "noisy_quadratic", "reddi_stochastic", "sigmoid_sum", "beale"}
    assert {"linear_box", "linear_box(signs = adversarial)"} <= {cell.problem for cell in ogd.cells}


def test_the_box_is_enough_for_a_theorem_that_assumes_no_bound_on_gradients() -> None:
    adagrad = found("duchi2011/theorem-5")
    assert {"quadratic", "reddi"} <= {cell.problem for cell in adagrad.cells}


def test_the_ratio_is_that_of_the_figure(ogd: Matrix) -> None:
    """On Reddi's cycle, at T = 1, regret is D·C and the bound D²/(2α) + αC²/2."""
    (cell,) = (c for c in ogd.cells if c.problem == "reddi" and c.hyper.startswith("lr = (1,"))
    assert cell.ratio_min == pytest.approx((4 / 2 + 9 / 2) / 6)
    assert (cell.optimizer, cell.T, cell.seeds, cell.informative) == ("sgd", 200, 1, True)
    assert all(c.verdict is Verdict.SUPPORTED and 1 <= c.ratio_min <= c.ratio_max for c in ogd.cells)
    assert ogd.summary.startswith("bound ÷ observed is at least 1.083 in 15 runs on ")
    assert not ogd.vacuous


def test_a_theorem_that_no_optimizer_plays_in_says_so() -> None:
    assert found("orabona2019/theorem-5-1").reason == "no optimizer plays in it"
    assert found("reddi2018/lemma-2").summary == "a lemma bounds nothing that is observed"


def test_an_inequality_under_a_quantified_premise_is_not_compared() -> None:
    nothing = found("nesterov2004/min-gradient-norm")
    assert nothing.cells == ()
    assert "Smooth(L, norm=2)" in nothing.summary


CLAIM = '''
"""Some claim."""
from convcheck.assumptions import BoundedDomain, BoundedGradients, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="regret",
    source=Source("nobody2020", "Theorem 1"),
    verdict="open",
    audit=(Instance("reddi", 300, hyper={"lr": 0.5}, constants={"α": 0.5, "D": 2, "G": 3, "u": (-1,)}),),
)
t, T = ints("t T")
α, D, G = reals("α D G")
(u,) = vectors("u")
game = play(sgd, lr=α, project=u)
x, f = game.x, game.f
game.given(Convex(), BoundedDomain(D), BoundedGradients(G))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= BOUND)
'''


def made(folder: Path, bound: str) -> tuple[ClaimFile, Theorem]:
    path = folder / "nobody2020" / "theorem_1.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(CLAIM.replace("BOUND", bound), "utf-8")
    file = discovery.read(path)
    said: Any = Said(file)
    return file, said


def test_what_is_false_is_violated(tmp_path: Path) -> None:
    shown = matrix(*made(tmp_path, "D*G"))
    assert shown.violated
    assert min(cell.ratio_min for cell in shown.violated) < 1


def test_a_bound_that_says_nothing_is_vacuous(tmp_path: Path) -> None:
    assert matrix(*made(tmp_path, "D*G*T")).vacuous
    assert not matrix(*made(tmp_path, "D**2/(2*α) + α*G**2*T/2")).vacuous
