"""The page on other implementations says what the comparison does."""

import re
from pathlib import Path

import pytest

from tests.optimizers.recordings import RECORDINGS
from tests.optimizers.test_references import DIFFERENT

PAGE = Path(__file__).resolve().parents[2] / "docs" / "references.md"
LEFT_OUT = re.compile(r"^- ([\w.]+): (.+?)(?=^- |^$)", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not part of this installation")


def test_the_differences_are_those_of_the_comparison() -> None:
    rows = re.findall(r"^\| (.+?) \| `(\w+)` \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    reasons = {method: " ".join(variant.card.split()) for method, (_, variant) in DIFFERENT.items()}
    assert rows == [(m, rule, reasons[m].removeprefix("Reason: ").rstrip(".")) for m, (rule, _) in DIFFERENT.items()]


def test_what_is_left_out_is_not_in_the_file() -> None:
    left_out = {
        (library, name)
        for library, names in LEFT_OUT.findall(PAGE.read_text("utf-8"))
        for name in re.split(r",\s+", names.strip())
    }
    assert len(left_out) > 60
    assert not left_out & {(run.library, run.name) for run in RECORDINGS}
