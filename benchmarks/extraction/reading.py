"""Pages are read by each tool in turn, each tool in a process of its own, begun anew where it hangs or dies."""

from __future__ import annotations

import base64
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any

from archive.extract.decode import decode
from benchmarks.crawl.speed import PEERS_PYTHON, ROOT
from benchmarks.extraction.labelled import Labelled
from benchmarks.extraction.scoring import Prediction
from benchmarks.report import counted

US = "us"
PEERS = ("trafilatura", "newspaper4k")
WORKER = Path(__file__).with_name("worker.py")
HANG_SECONDS = 10.0
"""CPU seconds of one page after which a tool is ended."""

PATIENCE = 12
"""So many times as long by the clock: a page that waits for something hangs, too."""

_LOOK_SECONDS = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")


class Broken(Exception):
    """A tool does not even begin; the text is the end of what it said."""


class _Ended(Exception):
    """The process ended in the middle of a page."""


class _Hung(Exception):
    """No answer in time."""


@dataclass(slots=True)
class Reading:
    """What a tool read: a prediction for each page, CPU seconds of all pages that were answered, pages on which it
    raised or died, with the cause, and those on which it hung."""

    predictions: list[Prediction] = field(default_factory=list)
    seconds: float = 0.0
    answered: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    hung: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Pages per CPU second."""
        return self.answered / self.seconds if self.seconds else 0.0


def read_by_all(pages: Sequence[Labelled]) -> Mapping[str, Reading]:
    """All pages, read by us and by the peers as far as they are set up. Raises Broken."""
    names = [US, *(PEERS if PEERS_PYTHON.exists() else ())]
    readings = {name: Reading() for name in names}
    with ExitStack() as open_ones:
        tools = {name: open_ones.enter_context(Tool(name)) for name in names}
        for number, page in enumerate(counted(pages, "reading", len(pages))):
            request = _request(page)
            for turn in range(len(names)):  # nobody is always the first
                name = names[(number + turn) % len(names)]
                _read(tools[name], page, request, readings[name])
    return readings


def _request(page: Labelled) -> str:
    data = page.bytes()
    told = {"url": page.url, "body": base64.b64encode(data).decode("ascii"), "text": decode(data)}
    return json.dumps(told) + "\n"


def _read(tool: Tool, page: Labelled, request: str, reading: Reading) -> None:
    answer: Mapping[str, Any] = {"read": {}, "error": None}
    try:
        answer = tool.ask(request)
    except _Ended:
        reading.errors[page.id] = "the process ended"
    except _Hung:
        reading.hung.append(page.id)
    else:
        reading.answered += 1
        reading.seconds += answer["seconds"]
        if answer["error"]:
            reading.errors[page.id] = answer["error"]
    reading.predictions.append(_prediction(answer["read"]))


def _prediction(found: Mapping[str, Any]) -> Prediction:
    authors = tuple(name for name in found.get("authors") or () if name)
    published = found.get("published")
    return Prediction(
        found.get("title") or "", authors, str(published) if published else None, found.get("body") or ""
    )


class Tool:
    """A process that reads pages."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[bytes] | None = None

    def __enter__(self) -> Tool:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, request: str) -> Mapping[str, Any]:
        """The answer to one page. After _Ended and _Hung the next one is asked of a new process."""
        process = self._process or self._begin()
        assert process.stdin is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return dict(json.loads(self._answer(process)))
        except (_Ended, _Hung, BrokenPipeError) as error:
            self._end()
            raise _Ended if isinstance(error, BrokenPipeError) else error from None

    def _begin(self) -> subprocess.Popen[str]:
        python = sys.executable if self._name == US else str(PEERS_PYTHON)
        others = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        ours = {"PYTHONPATH": str(ROOT)} if self._name == US else {}
        self._said = TemporaryFile()  # noqa: SIM115  (closed with the process)
        self._process = subprocess.Popen(
            [python, str(WORKER), self._name], env=others | ours, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
        )  # fmt: skip
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            self._process.wait()
            self._said.seek(0)
            end = self._said.read()[-2000:].decode("utf-8", "replace")
            self._end()
            raise Broken(f"{self._name} does not begin:\n{end}")
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                try:
                    if stream is not None:
                        stream.close()
                except BrokenPipeError:
                    continue  # what it was not told any more
        if self._said is not None:
            self._said.close()
            self._said = None

    def _answer(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        used, began = _cpu_seconds(process.pid), time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not selector.select(_LOOK_SECONDS):
                if (
                    _cpu_seconds(process.pid) - used > HANG_SECONDS
                    or time.monotonic() - began > PATIENCE * HANG_SECONDS
                ):
                    raise _Hung
        if line := process.stdout.readline():
            return line
        raise _Ended


def _cpu_seconds(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    fields = told.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
