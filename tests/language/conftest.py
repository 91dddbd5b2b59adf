"""Each test has a proof scope of its own."""

from collections.abc import Iterator

import pytest

from convcheck.language import scope


@pytest.fixture(autouse=True)
def _own_scope() -> Iterator[None]:
    token = scope._current.set(scope.Scope())
    yield
    scope._current.reset(token)
