"""`python tests/fuzzing [TARGET...]`: coverage-guided fuzzing (atheris) of all that reads bytes of strangers.

`make fuzz` sets up what it needs. Each target has FUZZ_SECONDS (300) in a process of its own. What raises or lingers is
written to home/fuzz/TARGET/findings, the input beside what it did; the exit code tells whether there is any.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from seeds import dictionary, seeds

NAMES = (
    "feed", "sitemap", "robots", "discover", "extract", "dates", "bylines", "json-ld", "warc", "jsonl",
)  # fmt: skip
SLOW_SECONDS = 5.0
"""CPU seconds for an input of at most MAX_BYTES, under the tracing of the fuzzer, which slows things down."""
HANG_SECONDS = 60
MEMORY_MB = 600
MAX_BYTES = 64_000
INSTRUMENTED = ["archive", "feedparser", "bs4", "htmldate", "trafilatura"]


def main() -> int:
    """All targets that are named, one after the other."""
    asked = argparse.ArgumentParser(prog="python tests/fuzzing", description=__doc__)
    asked.add_argument("targets", nargs="*", choices=[*NAMES, []], help="Else all.")
    asked.add_argument("--seeds-only", action="store_true", help="Every seed once, without atheris.")
    asked.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "300")))
    asked.add_argument("--folder", type=Path, default=Path("home/fuzz"))
    options = asked.parse_args()
    names = options.targets or NAMES
    if options.seeds_only:
        return _seeds_only(names)
    if options.child:
        fuzz(names[0], options.seconds, options.folder / names[0])
    return _parent(names, options.seconds, options.folder)


def _seeds_only(names: tuple[str, ...]) -> int:
    from targets import TARGETS

    for name in names:
        inputs = list(seeds(name))
        for data in inputs:
            TARGETS[name](data)
        print(f"{name}: {len(inputs)} seeds")
    return 0


def _parent(names: tuple[str, ...], seconds: int, folder: Path) -> int:
    found = 0
    for name in names:
        place = folder / name
        _prepare(name, place)
        ends_at = time.monotonic() + seconds
        while (
            left := int(ends_at - time.monotonic())
        ) > 0:  # a crash or a hang ends the process, not the fuzzing
            command = [
                sys.executable,
                __file__,
                name,
                "--child",
                "--seconds",
                str(left),
                "--folder",
                str(folder),
            ]
            with (place / "log.txt").open("a", encoding="utf-8") as log:
                subprocess.run(command, stdout=log, stderr=log, check=False)
        told = json.loads((place / "told.json").read_text(encoding="utf-8"))
        if seconds and not told["runs"]:
            print(f"{name}: nothing was tried; {place / 'log.txt'} says why", flush=True)
            found += 1
            continue
        findings = sorted(path for path in (place / "findings").iterdir() if path.suffix != ".txt")
        found += len(findings)
        print(
            f"{name}: {told['runs']:,} inputs, slowest {told['slowest']:.2f} s, {len(findings)} findings",
            flush=True,
        )
        for finding in findings:
            print(f"  {finding}")
    return 1 if found else 0


def _prepare(name: str, place: Path) -> None:
    for part in ("corpus", "findings"):
        (place / part).mkdir(parents=True, exist_ok=True)
    for data in seeds(name):
        (place / "corpus" / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    (place / "words.dict").write_text(dictionary(name), encoding="utf-8")
    (place / "told.json").write_text('{"runs": 0, "slowest": 0}', encoding="utf-8")


def fuzz(name: str, seconds: int, place: Path) -> None:
    """Fuzz one target in this process until its time is over; does not return."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED, enable_loader_override=False):
        from targets import TARGETS
    watch = _Watch(place, TARGETS[name])
    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        f"-max_len={MAX_BYTES}",
        f"-timeout={HANG_SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-artifact_prefix={place}/findings/",
        f"-dict={place}/words.dict",
        "-print_final_stats=1",
        str(place / "corpus"),
    ]
    atheris.Setup(arguments, watch)
    atheris.Fuzz()


class _Watch:
    """Calls the target, and keeps what went wrong: once for each place in the code."""

    def __init__(self, place: Path, target: Any) -> None:
        self._place = place
        self._target = target
        self._told = json.loads((place / "told.json").read_text(encoding="utf-8"))
        self._tell_at = 0.0

    def __call__(self, data: bytes) -> None:
        started = time.process_time()
        try:
            self._target(data)
        except Exception as error:  # noqa: BLE001  (any is a finding)
            *_, frame = traceback.extract_tb(error.__traceback__)
            self._keep(
                f"{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}",
                data,
                traceback.format_exc(),
            )
        seconds = time.process_time() - started
        if seconds > SLOW_SECONDS:
            self._keep(f"slow-{hashlib.sha256(data).hexdigest()[:8]}", data, f"{seconds:.1f} CPU seconds")
        self._told["runs"] += 1
        self._told["slowest"] = max(self._told["slowest"], seconds)
        if time.monotonic() > self._tell_at:
            self._tell_at = time.monotonic() + 1
            (self._place / "told.json").write_text(json.dumps(self._told), encoding="utf-8")

    def _keep(self, what: str, data: bytes, told: str) -> None:
        path = self._place / "findings" / what
        if not path.exists():
            path.write_bytes(data)
            path.with_name(f"{what}.txt").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
