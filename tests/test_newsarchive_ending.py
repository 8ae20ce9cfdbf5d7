"""A signal ends a crawl: asked first, then told; and the process has its handlers back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.ending import Ending

ROOT = Path(__file__).parents[1]

# A crawl that never looks up from its page.
ENDLESS = """
import sys, time
from newsarchive import ending
ending.END_SECONDS = float(sys.argv[1])
with ending.Ending() as taken:
    taken.stopper(lambda: print("asked", flush=True))
    print("reading", flush=True)
    while True:
        time.sleep(0.01)
"""


def endless(seconds: float) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", ENDLESS, str(seconds)]
    child = subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "reading\n"
    return child


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_for_the_end(number: signal.Signals) -> None:
    stopped = []
    with Ending() as ending:
        ending.stopper(lambda: stopped.append(number))
        os.kill(os.getpid(), number)
    assert (ending.asked, stopped) == (True, [number])


def test_a_signal_before_there_is_anything_to_stop_is_remembered() -> None:
    stopped = []
    with Ending() as ending:
        os.kill(os.getpid(), signal.SIGTERM)
        ending.stopper(lambda: stopped.append(True))
    assert stopped == [True]


def test_the_handlers_are_given_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Ending() as ending:
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    assert not ending.asked


def test_what_does_not_end_in_time_is_ended() -> None:
    with endless(0.2) as child:
        child.send_signal(signal.SIGTERM)
        assert child.stdout is not None
        assert child.stdout.read() == "asked\n"
        assert child.wait() == 1


def test_a_second_signal_ends_at_once() -> None:
    with endless(3600) as child:
        child.send_signal(signal.SIGINT)
        assert child.stdout is not None
        assert child.stdout.readline() == "asked\n"
        child.send_signal(signal.SIGINT)
        assert child.wait() == 1


# A schedule whose crawl never looks up from its page.
ENDLESS_SCHEDULE = """
import sys, time
from pathlib import Path
from newsarchive import schedule
from newsarchive.config import Config

def crawl(*_arguments, **_settings):
    print("reading", flush=True)
    time.sleep(3600)

schedule.END_SECONDS = 0.2
schedule.next_due = lambda _config: schedule.now()
schedule.crawl_once = crawl
schedule.run_schedule(Config(home=Path(sys.argv[1])))
"""


def test_a_schedule_that_does_not_end_in_time_is_ended(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", ENDLESS_SCHEDULE, str(tmp_path)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "reading\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait() == 1
