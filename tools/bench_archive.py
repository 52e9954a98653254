"""`make bench-archive`: what an archive of many documents costs a walk and a load that meet nothing new.

The records of the archive are synthetic, written as it writes them, without a sync to the disk for each; no original
is there. A walk asks the archive for each address, whose list says what it said before: no site is asked. CPU seconds
and the most memory of each step, all in one process a size. `SIZES="10000 1000000"` asks for others; a million
documents take 3 million files, 13 GB and half an hour.
"""

import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench_changed import measured, sighting_of


def candidate_of(number: int):
    """Return what a walk finds of a document."""
    from jixiao.discover.posts import Candidate

    one = sighting_of(number, "")
    return Candidate(
        one.source_id, one.url, one.post_url, one.post_title, "", one.attachment_name, one.publisher, one.published_on,
        one.fiscal_year, one.organization, one.region_code, True, "", walk="now",
    )  # fmt: skip


def sha256_of(number: int) -> str:
    """Return the hash of a document that is not there."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def arrange(folder: Path, count: int) -> None:
    """Write the sidecars and the records of the addresses of so many documents."""
    from jixiao.archive import Archive
    from jixiao.archive.addresses import listed
    from jixiao.archive.index import SEQUENCE
    from jixiao.archive.sighting import Seen

    archive, at = Archive(str(folder)), "2026-01-01T00:00:00+00:00"
    for number in range(count):
        sha256, sighting = sha256_of(number), sighting_of(number, sha256_of(number))
        name = hashlib.sha256(sighting.url.encode()).hexdigest()
        known = {
            "url": sighting.url, "walk": "before", "headers": {}, "listed": listed(candidate_of(number)),
            "documents": [[sighting.url, sha256]], "last_seen": {sha256: at}, "failures": [],
        }  # fmt: skip
        seen = Seen(sighting, at, {}, sequence=1_000_000 + number)
        for path, said in (
            (folder / "sightings" / name / f"{sha256}.json", seen.as_record()),
            (folder / archive.address_of(sighting.url), known),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(said, default=str))
    (folder / SEQUENCE).parent.mkdir()
    (folder / SEQUENCE).write_text(json.dumps({"sequence": 1_000_000 + count}))
    assert asdict(archive.fetch(candidate_of(0), None)[0])["sha256"] == sha256_of(0)


def steps(folder: Path, count: int) -> dict[str, tuple[float, float]]:
    """Return CPU seconds and peak MiB of each step."""
    from jixiao.archive import Archive, Told
    from jixiao.archive.sighting import Seen

    archive, found = Archive(str(folder)), dict[str, tuple[float, float]]()

    def telling(documents):
        return {sha256: Told(None, None) for sha256 in documents}

    with measured(found, "the index, made anew"):
        archive.make_index()
    with measured(found, "all chains, once"):
        first = archive.chains(telling, None, ())
    with measured(found, "a walk with nothing new"):
        for number in range(count):
            archive.fetch(candidate_of(number), None)
    with measured(found, "a load with nothing new"):
        archive.state()
        archive.chains(telling, first.point, ())
    with measured(found, "a document more"):
        archive._witness("sightings", Seen(sighting_of(count, sha256_of(count)), "2026-01-02T00:00:00+00:00", {}))
        archive.state()
        chains = archive.chains(telling, first.point, ())
        assert chains.of is not None
        assert len(chains.of) == 1
    return found


def main(sizes: list[int]) -> None:
    """Print the table."""
    found = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="jixiao-bench-", dir=os.environ.get("JIXIAO_VAR")) as folder:
            words = [sys.executable, __file__, "--steps", folder, str(size)]
            said = subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True)
            found[size] = {name: tuple(pair) for name, pair in json.loads(said.stdout).items()}
            print(f"{size:,}: {said.stdout.strip()}", file=sys.stderr, flush=True)
            subprocess.run(["rm", "-rf", folder], check=True)  # much faster than Python's
            Path(folder).mkdir()
    print("an archive of so many documents, CPU s (peak MiB)")
    print(f"  {'':26}" + "".join(f"{size:>20,}" for size in sizes) + "   exponent")
    for name in found[sizes[0]]:
        values = [found[size][name] for size in sizes]
        low, high = values[0][0], values[-1][0]
        power = math.log(high / low) / math.log(sizes[-1] / sizes[0]) if len(sizes) > 1 and low > 0 < high else 0
        cells = "".join(f"{seconds:12.3f} ({peak:5.0f})" for seconds, peak in values)
        print(f"  {name:26}{cells} {power:10.2f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--steps"]:
        arrange(Path(sys.argv[2]), int(sys.argv[3]))
        print(json.dumps(steps(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        main([int(word) for word in sys.argv[1:]] or [1_000, 10_000])
