"""What every test runs under: no network, and a cache folder of its own."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("full", derandomize=False)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the sizes that take minutes."""
    parser.addoption("--full", action="store_true", help="fuzz with new examples, and at the sizes that take minutes")


def pytest_configure(config: pytest.Config) -> None:
    """Give every run the same examples, except with --full, of which modules learn by CONVCHECK_FULL."""
    if config.getoption("full"):
        os.environ["CONVCHECK_FULL"] = "1"
        settings.load_profile("full")


class NetworkAccessError(RuntimeError):
    """A test tried to leave the machine."""


def _stays_here(address: object) -> bool:
    """Tell whether a socket address is a path (AF_UNIX) or lies on this machine."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    try:
        return host in {"", "localhost"} or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: object) -> object:
        # A datagram socket that connects sends nothing; that is how dask asks for the machine's own address.
        if self.type != socket.SOCK_DGRAM and not _stays_here(address):
            sentence = f"a test tried to reach {address}; tests use nothing but this machine"
            raise NetworkAccessError(sentence)
        return method(self, address)

    return connect


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Let sockets of this process reach this machine only (notebooks and dask talk to their workers over it)."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep kernels and runs in one folder for the whole session, or in CONVCHECK_CACHE if that is set already."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # then the folder is one worker's; its parent is shared by all of them
        folder = folder.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVCHECK_CACHE", os.environ.get("CONVCHECK_CACHE") or str(folder / "cache"))
        yield Path(os.environ["CONVCHECK_CACHE"])
