"""`run`, and its halves `serve` and `schedule`; `demo`."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import ip_network

import click

from archive.errors import ArchiveBusy, SourceExists
from archive.store import Store
from archive.urls import fetch_form
from newsarchive import jobs
from newsarchive.bars import crawl_progress
from newsarchive.commands.crawl import warn_without_contact
from newsarchive.config import Config
from newsarchive.console import err, out, plain, print_report
from newsarchive.demo.server import DEMO_PORT, DemoServer
from newsarchive.ending import Ending
from newsarchive.schedule import run_schedule
from newsarchive.serving import Server
from newsarchive.sources import DEFAULT_INTERVAL, add_source, name_for

_PORT = click.IntRange(0, 65535)
_END_SECONDS = 8.0


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--port", type=_PORT, help="Where to serve the search page; else 8080, 0 takes a free one.")
@click.option("--demo", "with_demo", is_flag=True, help="Publish, crawl and search the demo newspaper.")
@click.pass_obj
def run(config: Config, urls: tuple[str, ...], port: int | None, with_demo: bool) -> None:
    """The main job: add the sources, crawl now and then periodically, serve the search page. Ctrl-C ends it."""
    _run(_on_port(config, port), urls, with_demo=with_demo)


@click.command()
@click.option("--port", type=_PORT, help="Where to serve the search page; else 8080, 0 takes a free one.")
@click.pass_obj
def serve(config: Config, port: int | None) -> None:
    """Serve the search page, and nothing else."""
    _serve(_on_port(config, port))


@click.command()
@click.pass_obj
def schedule(config: Config) -> None:
    """Crawl periodically, and nothing else."""
    warn_without_contact(config)
    run_schedule(config)


@click.command()
@click.option("--port", type=_PORT, help="Where to serve the search page; else 8080, 0 takes a free one.")
@click.pass_obj
def demo(config: Config, port: int | None) -> None:
    """A fictional newspaper, published on this machine, crawled, indexed, served: to try everything on."""
    _run(_on_port(config, port), (), with_demo=True)


def _run(config: Config, urls: tuple[str, ...], *, with_demo: bool) -> None:
    with ExitStack() as stack:
        server = None
        if with_demo:
            config = _with_loopback(config)
            server = stack.enter_context(_paper())
        web = Server(config)  # before the work, so that a port that is taken is told at once
        _add_sources(config, urls)
        if server is not None:
            _read_two_editions(config, server)
        else:
            warn_without_contact(config)
        stack.enter_context(_scheduling(config))
        _announce(web)
        web.run()
    err.print("Ended.")


def _serve(config: Config) -> None:
    web = Server(config)
    _announce(web)
    web.run()


def _announce(web: Server) -> None:
    out.print(f"Searching at {web.url}  (pages as they were: {web.replay_url} – Ctrl-C ends it)")
    out.file.flush()


@contextmanager
def _scheduling(config: Config) -> Iterator[None]:
    """A process that crawls periodically, ended with the block."""
    process = multiprocessing.get_context("spawn").Process(
        target=run_schedule, args=(config,), name="schedule"
    )
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # until the process has a handler of its own
    process.start()
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        process.terminate()
        process.join(_END_SECONDS)
        if process.is_alive():
            process.kill()  # it loses nothing: what it had not settled is still due
            process.join()
        process.close()


def _add_sources(config: Config, urls: tuple[str, ...]) -> None:
    try:
        wanted = [fetch_form(url) for url in urls]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with Store(config.database_url) as store:
        for url in wanted:
            try:
                with store.transaction() as tx:
                    add_source(store, tx, url, now=jobs.now())
            except SourceExists:
                err.print(f"{plain(url)} is a source already.")


@contextmanager
def _paper() -> Iterator[DemoServer]:
    """The demo newspaper on its usual port, so that a demo archive can be continued; else on a free one."""
    try:
        server = DemoServer(port=DEMO_PORT)
    except OSError:
        server = DemoServer()
    with server:
        yield server


def _with_loopback(config: Config) -> Config:
    """The demo newspaper is on this machine, which a crawl otherwise never visits, and needs no sparing."""
    allowed = (*config.crawl.allow_addresses, ip_network("127.0.0.0/8"))
    return replace(config, crawl=replace(config.crawl, allow_addresses=allowed))


def _read_two_editions(config: Config, server: DemoServer) -> None:
    """Crawl the paper, let it change, crawl it again: the second time finds corrections and what was withdrawn."""
    chosen = _add_paper(config, server)
    if chosen is None:
        server.edition = 2
        return
    for edition in (1, 2):
        server.edition = edition
        out.print(f"Edition {edition} of the demo newspaper: ", end="")
        try:
            _read_paper(config, chosen)
        except ArchiveBusy as error:
            err.print(str(error))
            return


def _add_paper(config: Config, server: DemoServer) -> str | None:
    """The name of the paper as a new source; None where it is one already."""
    name = "The Wrenmouth Lantern"
    with Store(config.database_url) as store:
        if server.url in {source.url for source in store.sources()}:
            return None
        taken = {source.name for source in store.sources()}
        chosen = name if name not in taken else name_for(server.url, taken)
        with store.transaction() as tx:
            tx.add_source(
                name=chosen,
                url=server.url,
                interval=DEFAULT_INTERVAL,
                now=jobs.now(),
                min_delay=0.0,
                requisites="all",
            )
    return chosen


def _read_paper(config: Config, name: str) -> None:
    """Crawl it. Abort where a signal stopped that, also where only its last articles were still being indexed."""
    with Ending() as ending, crawl_progress(quiet=False) as progress:
        report = jobs.crawl_once(config, names=[name], force=True, progress=progress, stopper=ending.stopper)
    print_report(report)
    if ending.asked:
        raise click.Abort


def _on_port(config: Config, port: int | None) -> Config:
    return config if port is None else replace(config, serve=replace(config.serve, port=port))
