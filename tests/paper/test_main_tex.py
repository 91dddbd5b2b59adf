"""The paper's text: its numbers come from tables, its keys from the bibliography, its packages from a short list."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from convcheck.discovery import entries
from convcheck.errors import MissingToolError
from convcheck.evidence.experiment import Experiment
from convcheck.report.drawing import write_figure
from convcheck.report.generated import write_texts
from convcheck.report.latexmk import build
from convcheck.report.macros import macro_name
from convcheck.report.results import ExperimentResult

PAPER = Path(__file__).resolve().parents[2] / "paper"
PACKAGES = {"amsmath", "amsthm", "mathtools", "booktabs", "longtable", "microtype", "graphicx", "subcaption", "xcolor"}
PACKAGES |= {"natbib", "hyperref", "cleveref", "enumitem", "lmodern", "fontenc"}
CAPITALIZED = {"Cref", "Delta"}  # control sequences of LaTeX that begin as our macros do

pytestmark = pytest.mark.skipif(not (PAPER / "main.tex").is_file(), reason="the paper is not part of this installation")


def source() -> str:
    """Return the whole text, sections in their places, without comments."""

    def read(path: Path) -> str:
        text = re.sub(r"(?<!\\)%.*", "", path.read_text("utf-8"))
        return re.sub(r"\\input\{(sections/\w+)\}", lambda found: read(PAPER / f"{found[1]}.tex"), text)

    return read(PAPER / "main.tex")


def body() -> str:
    return source().partition(r"\begin{document}")[2]


def arguments(*commands: str) -> set[str]:
    """Return the comma-separated arguments of these commands."""
    found = re.findall(rf"\\(?:{'|'.join(commands)})\*?(?:\[[^]]*\])*\{{([^}}]*)\}}", source())
    return {argument.strip() for group in found for argument in group.split(",")}


@pytest.fixture(scope="module")
def experiments() -> Mapping[str, Experiment]:
    return {name: Experiment.load(name) for name in entries("experiment")}


@pytest.fixture(scope="module")
def results(experiments: Mapping[str, Experiment]) -> list[ExperimentResult]:
    """Compute every experiment with small parameters."""
    found = []
    for name, experiment in experiments.items():
        table = experiment.compute("quick")
        expectations = experiment.expect(table)
        found.append(
            ExperimentResult(name, experiment.title, experiment.path, 1, "quick", 0.0, table, (), expectations)
        )
    return found


@pytest.fixture(scope="module")
def numbers(experiments: Mapping[str, Experiment], results: list[ExperimentResult]) -> dict[str, dict[str, str]]:
    return {result.id: experiments[result.id].numbers(result.table) for result in results if result.table is not None}


def test_every_section_is_in_the_paper() -> None:
    assert arguments("input") - {"generated/numbers", "generated/ledger"} == set()
    read = set(re.findall(r"\\input\{sections/(\w+)\}", (PAPER / "main.tex").read_text("utf-8")))
    assert read == {path.stem for path in (PAPER / "sections").glob("*.tex")}


def test_packages_are_those_that_the_installation_line_brings() -> None:
    assert arguments("usepackage", "RequirePackage") <= PACKAGES


def test_every_macro_is_a_number_of_an_experiment(numbers: Mapping[str, Mapping[str, str]]) -> None:
    defined = {macro_name(name, key) for name, found in numbers.items() for key in found}
    used = set(re.findall(r"\\([A-Z][A-Za-z]*)", body())) - CAPITALIZED
    assert used
    assert used - defined == set()


def test_no_number_is_typed() -> None:
    """Single digits occur in formulas; whatever is longer is a result or a parameter, and has a macro."""
    text = re.sub(r"\\(?:label|[cC]ref|cite[a-z]*|includegraphics|input)\*?(?:\[[^]]*\])*\{[^}]*\}", "", body())
    assert re.findall(r".*\d[\d.,\\]*\d.*", text) == []


def test_no_caption_has_a_digit_outside_its_formulas() -> None:
    captions = re.findall(r"\\caption\{(.*?)\}\n\s*\\label", body(), re.DOTALL)
    assert len(captions) == len(re.findall(r"\\caption\b", body()))
    words = [re.sub(r"\$[^$]*\$|\\[A-Za-z]+", "", caption) for caption in captions]
    assert [caption for caption in words if re.search(r"\d", caption)] == []


def test_every_figure_is_an_experiment_and_has_its_name_for_a_label(experiments: Mapping[str, Experiment]) -> None:
    figures = arguments("includegraphics")
    assert figures
    assert figures <= set(experiments)
    assert figures <= arguments("label")


def test_every_reference_has_its_label() -> None:
    assert arguments("ref", "eqref", "cref", "Cref") <= arguments("label")


def test_every_key_is_in_the_bibliography() -> None:
    keys = set(re.findall(r"^@\w+\{([^,\s]+)", (PAPER / "refs.bib").read_text("utf-8"), re.MULTILINE))
    cited = arguments("cite", "citet", "citep", "citealp", "citeauthor")
    assert cited
    assert cited - keys == set()


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="needs LaTeX")
def test_it_builds_twice_to_the_same_bytes(
    tmp_path: Path,
    experiments: Mapping[str, Experiment],
    results: list[ExperimentResult],
    numbers: Mapping[str, Mapping[str, str]],
) -> None:
    built = []
    for folder in (tmp_path / "one" / "paper", tmp_path / "another place" / "paper"):
        shutil.copytree(PAPER, folder, ignore=shutil.ignore_patterns("generated", "main.pdf"))
        generated = folder / "generated"
        for result in results:
            assert result.table is not None
            write_figure(experiments[result.id], result.table, generated)
        write_texts(results, numbers, generated)
        try:
            built.append(build(folder).read_bytes())
        except MissingToolError as error:
            pytest.skip(str(error))
    assert built[0].startswith(b"%PDF")
    assert built[0] == built[1]
