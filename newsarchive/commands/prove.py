"""`prove`: a bundle that shows what was captured."""

from __future__ import annotations

import click

from newsarchive.config import Config
from newsarchive.console import err, out, plain, print_json
from newsarchive.exports.whole import STANDARD
from newsarchive.jobs.proving import prove_article
from newsarchive.views.words import count


@click.command()
@click.argument("article_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option(
    "-o", "--output", metavar="FILE", help="Where to write it, - for standard output; else proof-ID.zip."
)
@click.option("--json", "as_json", is_flag=True, help="Print what it holds as JSON.")
@click.pass_obj
def prove(config: Config, article_id: int, output: str | None, as_json: bool) -> None:
    """Write a bundle that proves what was captured of an article: the WARC records of all its versions, what was read
    from them, and digests of everything. It is checked with sha256sum and gzip; a README in it tells how."""
    target = output or f"proof-{article_id}.zip"
    if as_json and target == STANDARD:
        raise click.UsageError(
            "The bundle and the JSON cannot both go to standard output; give --output a file."
        )
    proof = prove_article(config, article_id, target)
    if as_json:
        print_json(
            {
                "file": target,
                "versions": proof.versions,
                "records": proof.records,
                "warc_files": proof.warc_files,
                "sealed": proof.sealed,
                "files": dict(proof.files),
            }
        )
        return
    console = err if target == STANDARD else out
    console.print(
        plain(
            f"{target}: {count(proof.versions, 'version')}, {count(proof.records, 'WARC record')} of "
            f"{count(proof.warc_files, 'file')}, {proof.sealed} of them sealed. Its README.txt tells how to check it."
        )
    )
