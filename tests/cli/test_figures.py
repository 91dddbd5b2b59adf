"""``convcheck figures``: which figures, and where to."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, WriteExperiment


def test_all_figures_go_to_the_paper(cli: "Cli", write_experiment: "WriteExperiment", repository: Path) -> None:
    write_experiment("one")
    write_experiment("two")
    outcome = cli("figures")
    assert (outcome.code, outcome.err) == (0, "")
    made = sorted((repository / "paper" / "generated").iterdir())
    assert [path.name for path in made] == ["one.pdf", "one.png", "two.pdf", "two.png"]
    assert made[0].read_bytes().startswith(b"%PDF")
    assert made[1].read_bytes().startswith(b"\x89PNG")
    assert outcome.out.splitlines() == [
        f"{name}  paper/generated/{name}.pdf  paper/generated/{name}.png" for name in ("one", "two")
    ]


def test_one_figure_goes_where_it_is_told(cli: "Cli", write_experiment: "WriteExperiment", repository: Path) -> None:
    write_experiment("one")
    write_experiment("two")
    assert cli("figures", "two", "--output", "here").code == 0
    assert sorted(path.name for path in (repository / "here").iterdir()) == ["two.pdf", "two.png"]
    assert not (repository / "paper").exists()


def test_a_figure_is_the_same_bytes_twice(cli: "Cli", write_experiment: "WriteExperiment", repository: Path) -> None:
    write_experiment("one")
    for folder in ("first", "second"):
        cli("figures", "--output", folder)
    for name in ("one.pdf", "one.png"):
        assert (repository / "first" / name).read_bytes() == (repository / "second" / name).read_bytes()


def test_an_experiment_that_fails_is_one_sentence(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    write_experiment(compute='raise NonFiniteError("the gradient is NaN at step 3")')
    outcome = cli("figures")
    assert (outcome.code, outcome.out, outcome.err) == (2, "", "Error: the gradient is NaN at step 3\n")


def test_without_experiments_it_says_so(cli: "Cli", repository: Path) -> None:
    (repository / "experiments").mkdir()
    outcome = cli("figures")
    assert (outcome.code, outcome.err) == (0, f"There are no experiments in {repository}.\n")
