"""The documentation's pages: sessions run and print what they show, code is Python, links lead somewhere."""

import ast
import doctest
import re
from pathlib import Path

import pytest

import convcheck as cc
from convcheck.claims import discovery as claims
from convcheck.claims.ledger import Ledger
from convcheck.evidence.laws import check_laws
from convcheck.optimizers.base import Optimizer
from convcheck.report.proving import judge_claim

DOCS = Path(__file__).resolve().parents[2] / "docs"
GENERATED = {"generated", "_build", "jupyter_execute"}
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if not GENERATED & set(page.relative_to(DOCS).parts)]
FENCE = re.compile(r"^```")

pytestmark = pytest.mark.skipif(not PAGES, reason="the documentation is not part of this installation")


def name(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def session(page: Path) -> doctest.DocTest:
    """Return the examples of a page; a fence ends what an example prints, as a blank line does."""
    lines = ["" if FENCE.match(line) else line for line in page.read_text("utf-8").splitlines()]
    return doctest.DocTestParser().get_doctest("\n".join(lines) + "\n", {}, name(page), str(page), 0)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "pycon")], ids=name)
def test_a_session_prints_what_it_shows(page: Path) -> None:
    seen: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    outcome = runner.run(session(page), out=seen.append)
    assert outcome.attempted > 0
    assert outcome.failed == 0, "".join(seen)


def test_the_tutorial_is_a_session() -> None:
    assert len(session(DOCS / "tutorial.md").examples) > len(blocks(DOCS / "tutorial.md", "pycon")) > 0


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=name)
def test_code_is_python(page: Path) -> None:
    for block in blocks(page, "python"):
        ast.parse(block)


def test_the_test_in_the_page_on_ci_passes() -> None:
    (block,) = blocks(DOCS / "how-to" / "use-in-ci.md", "python")
    defined: dict[str, object] = {}
    exec(compile(block, "use-in-ci.md", "exec"), defined)  # noqa: S102  # our own documentation
    test = defined["test_gradient_descent_keeps_its_bound"]
    assert callable(test)
    test()


def test_the_files_in_the_pages_on_adding_run_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"optimizer": "add-an-optimizer", "problem": "add-a-problem", "schedule": "add-a-schedule"}
    for kind, page in pages.items():
        (tmp_path / f"{kind}s").mkdir()
        text, *_ = blocks(DOCS / "how-to" / f"{page}.md", "python")
        (tmp_path / f"{kind}s" / f"my_{kind}.py").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    rate = cc.schedule("my_schedule", alpha=[0.1, 0.5])
    run = cc.run("my_optimizer", "my_problem", 1000, seeds=3, lr=rate, beta=[0.0, 0.9])
    assert run.regret.shape[:3] == (2, 2, 3)
    assert set(run.axes) == {"lr.alpha", "beta"}


def test_the_further_rules_in_the_page_on_adding_one_run() -> None:
    defined: dict[str, object] = {}
    for block in blocks(DOCS / "how-to" / "add-an-optimizer.md", "python"):
        exec(compile(block, "add-an-optimizer.md", "exec"), defined)  # noqa: S102  # our own documentation
    rules = [rule for rule in defined.values() if isinstance(rule, Optimizer)]
    assert [rule.name for rule in rules] == ["my_optimizer", "looks_ahead", "averages"]
    for rule in rules:
        check_laws(rule)
        run = cc.run(rule, "quadratic", 200, lr=0.05)
        assert run.loss[0, -1] < 200 * run.loss[0, 1] / 2


def test_the_claim_in_the_page_on_adding_one_is_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = blocks(DOCS / "how-to" / "add-a-claim.md", "python")
    path = tmp_path / "proofs" / "mine2026" / "constant_step.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    entry = claims.entries()["mine2026/constant-step"]
    result = judge_claim(entry, tmp_path, tmp_path, Ledger(tmp_path))
    assert (result.reason, result.row["verdict"], result.flags) == ("", "proved", ())
    assert result.audit is not None
    assert result.audit.witness is not None
    assert result.audit.witness.certified == 12


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", prose)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    listed = set(
        re.findall(r"^([\w/*-]+)$", "".join(re.findall(r"```\{toctree\}(.*?)```", index, re.DOTALL)), re.MULTILINE)
    )
    pages = {name(page).removesuffix(".md") for page in PAGES} | {
        path.relative_to(DOCS).with_suffix("").as_posix() for path in (DOCS / "notebooks").glob("*.ipynb")
    }
    assert pages - {"index"} == listed - {"generated/*"}
