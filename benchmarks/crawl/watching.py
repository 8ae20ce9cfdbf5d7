"""Running a program and its processes to the end: wall clock, CPU seconds of all of them, memory of each.

Memory and CPU are read from /proc (Linux) ten times a second, by the session that the program begins. The kernel
keeps the peak of each process itself, so that only one that lives shorter than that is missed.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took: seconds, and megabytes (10^6) of resident memory: `largest` is the peak of one process,
    `together` the most of all at one moment, shared memory counted in each."""

    wall: float
    cpu: float
    largest: float
    together: float
    processes: int


class Failed(Exception):
    """The program ended with an error; the text is the end of what it said."""


def run(command: list[str], folder: Path, *, environment: dict[str, str] | None = None) -> Spent:
    """Run a command in a folder to its end, and all processes that it begins."""
    said = folder / "said.txt"
    with said.open("wb") as output:
        started = time.monotonic()
        program = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        watch = _Watch(program.pid)
        while not _ended(program.pid):
            watch.look()
            time.sleep(_SECONDS)
        wall = time.monotonic() - started
        watch.look()
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise Failed(said.read_text(encoding="utf-8", errors="replace")[-2000:])
    cpu = max(used.ru_utime + used.ru_stime, sum(watch.cpu.values()))
    return Spent(wall, cpu, max(watch.peaks.values()), watch.together, len(watch.peaks))


def _ended(pid: int) -> bool:
    """Whether a child has ended; it is left to be waited for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


class _Watch:
    """Peak memory in megabytes and CPU seconds of every process of a session, as last seen."""

    def __init__(self, session: int) -> None:
        self.peaks: dict[int, float] = {}
        self.cpu: dict[int, float] = {}
        self.together = 0.0
        self._session = session

    def look(self) -> None:
        """All processes of the session, now."""
        now = 0.0
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    now += self._look_at(entry)
                except (OSError, ValueError):
                    continue  # it has just ended
        self.together = max(self.together, now)

    def _look_at(self, entry: Path) -> float:
        fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        if int(fields[3]) != self._session:
            return 0.0
        pid = int(entry.name)
        self.cpu[pid] = max(self.cpu.get(pid, 0.0), (int(fields[11]) + int(fields[12])) / _TICKS)
        resident = int(fields[21]) * _PAGE / 1e6
        self.peaks[pid] = max(self.peaks.get(pid, 0.0), resident, _high_water(entry))
        return resident


def _high_water(entry: Path) -> float:
    for line in (entry / "status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
