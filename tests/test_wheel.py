"""The distribution, built as it is published and installed elsewhere: sdist, wheel from it, fresh environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
PACKAGES = ("archive", "index", "newsarchive", "templates")

RENDER = """
import sys
from pathlib import Path
import archive, index, newsarchive, templates
from newsarchive.config import Config
from newsarchive.web import create_app

app = create_app(Config(Path(sys.argv[1])))
client = app.test_client()
page = client.get("/")
sheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0].replace("&amp;", "&")
print(page.status_code, client.get(sheet).status_code, len(client.get(sheet).data) > 1000)
print(newsarchive.__file__)
"""


def run(*command: object, folder: Path) -> str:
    """A command to its end, from a folder, without the settings of this process; what it says."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    finished = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@dataclass(frozen=True)
class Distribution:
    """What is published."""

    sdist: Path
    wheel: Path

    def in_wheel(self) -> set[str]:
        """The files of the wheel."""
        with zipfile.ZipFile(self.wheel) as wheel:
            return set(wheel.namelist())

    def in_sdist(self) -> set[str]:
        """The files of the sdist, without the folder that they are all in."""
        with tarfile.open(self.sdist) as sdist:
            return {name.partition("/")[2] for name in sdist.getnames()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    """The sdist, and the wheel that is built from it alone."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, folder=folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Distribution(sdist, wheel)


def test_the_wheel_holds_the_program_and_nothing_else(built: Distribution) -> None:
    files = built.in_wheel()
    tops = {name.partition("/")[0] for name in files}
    assert tops == {*PACKAGES, f"newsarchive-{version_of_source()}.dist-info"}
    for package in PACKAGES:
        assert f"{package}/py.typed" in files
        kept = {p.relative_to(ROOT).as_posix() for p in tracked(package)}
        assert kept <= files
    assert len([name for name in files if name.startswith("newsarchive/demo/articles/")]) > 40
    assert not [name for name in files if name.endswith((".pyc", ".db", ".gz"))]


def test_the_sdist_holds_what_is_needed_to_test_it(built: Distribution) -> None:
    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile", "constraints.txt", "tests/conftest.py"} <= (
        built.in_sdist()
    )


def test_the_wheel_works_in_another_environment_and_folder(built: Distribution, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "env", folder=tmp_path)
    programs = tmp_path / "env" / "bin"
    pip = [programs / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run(*pip, "--constraint", CONSTRAINTS, built.wheel, folder=tmp_path)

    said = run(programs / "newsarchive", "--version", folder=tmp_path)
    assert said == f"newsarchive, version {version_of_source()}\n"
    status, place = run(programs / "python", "-c", RENDER, tmp_path / "home", folder=tmp_path).splitlines()
    assert status == "200 200 True"
    assert Path(place).is_relative_to(tmp_path / "env")
    shown = run(programs / "newsarchive", "--home", tmp_path / "home", "status", "--json", folder=tmp_path)
    assert '"articles": 0' in shown


def version_of_source() -> str:
    """What the source says it is."""
    from newsarchive import __version__

    return __version__


def tracked(package: str) -> list[Path]:
    """The files of a package, as a clone has them."""
    paths = (ROOT / package).rglob("*")
    return [path for path in paths if path.is_file() and "__pycache__" not in path.parts]
