"""`kill -9` and losses of power, fifty of each: nothing that was acknowledged is lost, and every archive opens. A
thousand of each are `make soak`; what they do is told in tests/soak."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parent / "soak"

pytestmark = pytest.mark.kill


def ran(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(SOAK / name), *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_hostile_45_fifty_kills_lose_nothing() -> None:
    told = ran("kills.py", "50")
    assert "50 kills" in told
    assert "0 lost, 0 failed opens" in told


def test_hostile_46_fifty_losses_of_power_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SOAK)
    from recorder import can_record

    if not can_record():
        pytest.skip(
            "the SQLite of this Python cannot be looked over the shoulder: it is no library of its own"
        )
    told = ran("power.py", "50")
    assert "50 losses of power" in told
    assert "0 lost, 0 failed opens" in told
