"""Commands about the contracts of publication sites: look at a site and write one, and try those that there are."""

import argparse
from datetime import date
from typing import Any

from jixiao.arguments import command, tinted
from jixiao.demo_site import demo_site
from jixiao.errors import JixiaoError
from jixiao.run_commands import candidate_lines


def _add(args: argparse.Namespace) -> int:
    """Look at a site, write its contract, and print what was seen and what a year would give."""
    from jixiao.pipeline.adding import add

    year = args.year or date.today().year - 1
    added = add(args.url, year, args.name, args.region_code, args.loopback)
    print("\n".join(added.lines))
    if added.path is None:
        return 1
    if added.walk is None:
        print(f"no department is named with its region: fill in departments in {added.path.name}, then jixiao discover")
    else:
        for line in candidate_lines(added.walk):
            print(line)
        for problem in added.walk.problems:
            print(tinted(f"problem: {problem}", "red"))
        left = len(added.walk.candidates) - added.walk.taken
        print(f"fiscal year {year}: {added.walk.taken} would be taken, {left} left")
    where = f"{added.path.parent.name}/{added.path.name}"
    print(f"written: {where}. Read it; no run asks the site before it says enabled: true.")
    return 0


def _check(args: argparse.Namespace) -> int:
    """Try contracts; print what works and what does not, and what changed since they were written."""
    from jixiao.discover import cli_sources_check, load_sources, selected_sources
    from jixiao.pipeline.adding import changes
    from jixiao.pipeline.naming import names_for
    from jixiao.settings import Settings

    settings = Settings.load()
    every = {source.id: source for source in load_sources(settings.sources)}
    if unknown := sorted(set(args.source) - set(every)):
        raise JixiaoError(f"no contract is named {', '.join(unknown)}")
    sources = [every[name] for name in args.source] or selected_sources(settings.sources)
    with demo_site(settings.home, "demo" if "demo" in args.source else ""):
        lines, good = cli_sources_check(sources, settings.var / "state", settings.contact, names_for)
        print("\n".join(lines))
        for source in sources:
            try:
                words = changes(source)
            except JixiaoError as error:
                words = [str(error)]
            for one in words:
                print(tinted(f"changed: {source.id}: {one}", "red"))
            good = good and not words
    return 0 if good else 1


def add_commands(commands: Any) -> None:
    """Add these commands to the parser of `jixiao`."""
    sources = command(commands, "sources", "the contracts of publication sites", "sources check")
    actions = sources.add_subparsers(required=True, metavar="ACTION")
    words = "look at a site once and write its contract, not enabled"
    add = command(actions, "add", words, "sources add https://www.example.gov.cn")
    add.add_argument("url", help="the address of the site, or of its column of budgets and final accounts")
    add.add_argument("--name", metavar="ID", help="the contract's name; by default that of the host")
    add.add_argument("--year", type=int, metavar="YEAR", help="whose candidates are printed; by default last year")
    add.add_argument("--region-code", metavar="CODE", help="of departments whose name does not tell their place")
    add.add_argument("--loopback", action="store_true", help="the site is a demonstration on this machine")
    add.set_defaults(handler=_add)
    words = "try contracts: reachable, robots, platform, columns, reports; what changed since they were written"
    check = command(actions, "check", words, "sources check")
    check.add_argument("source", nargs="*", metavar="ID", help="only these, enabled or not; by default all enabled")
    check.set_defaults(handler=_check)
