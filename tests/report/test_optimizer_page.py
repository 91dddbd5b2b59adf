"""The documentation's page on optimizers, without Sphinx: all rules are on it, with what is read off them."""

import re
from functools import cache

import pytest

import convcheck as cc
from convcheck.claims import discovery as claims
from convcheck.discovery import entries
from convcheck.evidence.families import FAMILIES
from convcheck.report.optimizer_page import optimizer_page
from convcheck.report.state_size import state_size

NAMES = list(entries("optimizer"))


@cache
def page() -> str:
    return optimizer_page(lambda card: f"CARD {card}")


def section(name: str) -> str:
    """Return what the page says about a rule."""
    return page().partition(f"(optimizer-{name})=\n### {name}\n")[2].partition("\n(")[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_a_section_with_what_is_read_off_it(name: str) -> None:
    rule, said = cc.optimizer(name), section(name)
    assert f"CARD {rule.card}".strip() in said
    assert f"- Source: {rule.source}\n" in said
    assert f"- State: {state_size(rule)}" in said
    assert all(f"`{hyper}` = " in said for hyper in rule.hyperparameters)
    assert all(claim in said for claim in rule.invariances)
    assert (rule.kind == "elementwise") == ("$$\n\\begin{aligned}" in said)


def test_links_lead_to_targets_and_each_target_is_one() -> None:
    targets = re.findall(r"^\((.+)\)=$", page(), re.MULTILINE)
    assert len(targets) == len(set(targets)) == len(NAMES) + len(FAMILIES)
    assert set(re.findall(r"\]\(#(.+?)\)", page())) == set(targets)


def test_tables_have_as_many_cells_in_each_row() -> None:
    tables = re.findall(r"(?:^\|.*\|\n)+", page(), re.MULTILINE)
    assert len(tables) == 1 + len(FAMILIES)
    for table in tables:
        assert len({row.count("|") for row in table.splitlines()}) == 1


def test_families_are_compared() -> None:
    (signs,) = re.findall(r"^\| \[signs\].*$", page(), re.MULTILINE)
    cells = [cell.strip() for cell in signs.strip("|").split("|")]
    assert cells[1:] == ["3", "0–1", "0–1", "0", "–", "–", "all", "–", "all", "all", "all", "–"]


def test_claims_are_where_they_speak_of_a_rule() -> None:
    file = claims.load("reddi2018/theorem-4")
    line = f"  - `reddi2018/theorem-4`, {file.claim.verdict}: {file.title}\n"
    assert [name for name in NAMES if line in section(name) + "\n"] == [*file.optimizers] == ["amsgrad"]
    assert "- Claims: none speaks of it\n" in section("radam_inject")
