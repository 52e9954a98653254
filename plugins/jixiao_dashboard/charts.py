"""Charts as SVG, drawn by the server: colours come by class, every mark that can be followed is a link."""

from collections.abc import Sequence
from math import ceil, floor

from markupsafe import Markup, escape

from jixiao_dashboard.view import View, number

Link = str | None
_RATE_BINS = 24
"""Counts of execution rates as in mart.place_year: below 80 %, each point to 102 %, and above."""


def _linked(inner: str, href: Link, label: str) -> str:
    return f'<a href="{escape(href)}" aria-label="{escape(label)}">{inner}</a>' if href else inner


def rate_bin_name(bin_no: int) -> str:
    """Return the name of a bin of execution rates."""
    return "<80" if bin_no == 0 else "≥102" if bin_no == _RATE_BINS - 1 else f"{79 + bin_no}–{80 + bin_no}"


def rate_histogram(view: View, counts: Sequence[int], median: float | None, hrefs: Sequence[Link]) -> Markup:
    """Draw how many reports have which execution rate: 1-point bins, ends open, the median marked."""
    title = view.t("预算执行率分布", "Distribution of execution rates")
    step, wide, top, floor_y = 16.33, 14.8, 24.0, 162.0
    most = max([*counts, 1])
    out = [f'<svg class="chart" viewBox="0 0 400 190" role="group" aria-label="{title}">']
    labelled = {0, _RATE_BINS - 1, max(range(len(counts)), key=lambda n: counts[n])}
    for bin_no, count in enumerate(counts):
        x, high = 4.8 + step * bin_no, (floor_y - top) * count / most
        label = f"{rate_bin_name(bin_no)}%{view.t('：', ': ')}{count:,} {view.t('份', 'reports')}"
        if count:
            bar = (
                f'<rect class="b" x="{x:.1f}" y="{floor_y - high:.1f}" width="{wide}" height="{high:.1f}">'
                f"<title>{escape(label)}</title></rect>"
            )
            out.append(_linked(bar, hrefs[bin_no], label))
            if bin_no in labelled:
                out.append(f'<text class="c" x="{x + 7.4:.1f}" y="{floor_y - high - 4:.1f}">{count:,}</text>')
    out.append('<text class="c muted" x="12.2" y="178">&lt;80</text><text class="e muted" x="399" y="178">≥102</text>')
    for rate in (85, 90, 95, 100):
        x = 4.8 + step * (rate - 79) - 0.8
        out.append(
            f'<path class="ax" d="M{x:.1f} {floor_y}v4"/><text class="c muted" x="{x:.1f}" y="178">{rate}</text>'
        )
    if median is not None:
        x = 4.8 + step * (min(max(median, 79.5), 102.5) - 79) - 0.8
        side, at = ("e", x - 5) if x > 150 else ("", x + 5)
        out.append(
            f'<path class="ref" d="M{x:.1f} 10V{floor_y}"/><text class="{side} strong" x="{at:.1f}" y="14">'
            f"{view.t('中位数', 'median')} {number(median)}%</text>"
        )
    out.append(f'<path class="ax" d="M4 {floor_y}H396"/></svg>')
    return Markup("".join(out))  # noqa: S704 - built of numbers and escaped words


def rate_trend(view: View, years: Sequence[tuple[int, float, float, float, str, Link]]) -> Markup:
    """Draw the median execution rate by year with the band of its quartiles: (year, lower, median, upper, of, href)."""
    title = view.t("执行率历年中位数与四分位区间", "Median execution rate by year, with quartiles")
    low, high = min(one[1] for one in years), max(one[3] for one in years)
    pad = max((high - low) * 0.15, 0.6)
    low, high = low - pad, high + pad
    step = max(1, ceil((high - low) / 4))
    xs = [216.0] if len(years) == 1 else [62 + 308 * n / (len(years) - 1) for n in range(len(years))]

    def y(value: float) -> float:
        return 140 - 118 * (value - low) / (high - low)

    # Counts of many reports would touch one another: they stand in two lines then.
    lines = 2 if max(len(one[4]) for one in years) * len(years) > 42 else 1
    out = [f'<svg class="chart" viewBox="0 0 400 {174 + 16 * lines}" role="group" aria-label="{title}">']
    for grid in range(ceil(low), floor(high) + 1, step):
        out.append(
            f'<path class="gr" d="M32 {y(grid):.1f}H392"/>'
            f'<text class="e muted" x="27" y="{y(grid) + 4:.1f}">{grid}</text>'
        )
    upper = [f"{x:.1f} {y(one[3]):.1f}" for x, one in zip(xs, years, strict=True)]
    lower = [f"{x:.1f} {y(one[1]):.1f}" for x, one in zip(xs, years, strict=True)]
    middle = [f"{x:.1f} {y(one[2]):.1f}" for x, one in zip(xs, years, strict=True)]
    out.append(
        f'<path class="bd" d="M{"L".join([*upper, *reversed(lower)])}Z"/><path class="ln" d="M{"L".join(middle)}"/>'
    )
    for x, (year, _, median, _, of, href) in zip(xs, years, strict=True):
        mark = f'<circle class="pt" cx="{x:.1f}" cy="{y(median):.1f}" r="4"/>'
        out.append(_linked(mark, href, f"{year}: {number(median)}%"))
        out.append(
            f'<text class="c strong" x="{x:.1f}" y="{y(median) - 10:.1f}">{number(median, 1)}</text>'
            f'<text class="c" x="{x:.1f}" y="164">{year}</text>'
        )
        of_lines = [of] if lines == 1 else of.replace("/", " /").split(" ")
        for n, text in enumerate(of_lines):
            out.append(f'<text class="c muted" x="{x:.1f}" y="{180 + 15 * n}">{text}</text>')
    return Markup("".join([*out, "</svg>"]))  # noqa: S704 - built of numbers and escaped words


def bar(share: float, other: float = 0.0) -> Markup:
    """Draw a share (0 to 1) of a track, and after it, in the colour of what waits, another one."""
    whole, rest = 100 * min(max(share, 0.0), 1.0), 100 * min(max(other, 0.0), 1.0)
    late = f'<rect class="loss" x="{whole:.1f}" y="3" width="{min(rest, 100 - whole):.1f}" height="6"/>' if rest else ""
    return Markup(  # noqa: S704 - built of numbers
        '<svg class="inl" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="b3" x="0" y="3" width="100" height="6"/><rect class="b" x="0" y="3" width="{whole:.1f}" '
        f'height="6"/>{late}</svg>'
    )


def dot(rate: float | None, low: float = 60.0, high: float = 110.0) -> Markup:
    """Draw a rate as a dot on an axis with 100 marked."""
    if rate is None:
        return Markup("")

    def x(value: float) -> float:
        return 2 + 96 * (min(max(value, low), high) - low) / (high - low)

    return Markup(  # noqa: S704 - built of numbers
        '<svg class="inl dotp" viewBox="0 0 100 10" aria-hidden="true"><path class="gr" d="M0 5H100"/>'
        f'<path class="ref" d="M{x(100):.1f} 0V10"/><circle class="dotf" cx="{x(rate):.1f}" cy="5" r="2.6"/></svg>'
    )


def spark(values: Sequence[float | None]) -> Markup:
    """Draw values by year as a line, with gaps where there is none and a dot at the last."""
    there = [(n, value) for n, value in enumerate(values) if value is not None]
    if len(there) < 2:
        return Markup("")
    low, high = min(v for _, v in there), max(v for _, v in there)
    points = [
        (4 + 96 * n / max(len(values) - 1, 1), 11.0 if high == low else 18 - 14 * (v - low) / (high - low))
        for n, v in there
    ]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return Markup(  # noqa: S704 - built of numbers
        f'<svg class="spark" viewBox="0 0 104 22" aria-hidden="true"><path class="ln" d="M{line}"/>'
        f'<circle class="pt" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="2.6"/></svg>'
    )


def stack(parts: Sequence[tuple[str, float]], label: str) -> Markup:
    """Draw shares (percent) of one total beside each other."""
    out, x = (
        [
            f'<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
            f'aria-label="{escape(label)}">'
        ],
        0.0,
    )
    for n, (name, share) in enumerate(parts):
        wide = min(max(share, 0.0), max(100 - x, 0.0))
        out.append(
            f'<rect class="h{min(n, 5)} gap" x="{x:.2f}" y="0" width="{wide:.2f}" height="10"><title>{escape(name)} '
            f"{number(share)}%</title></rect>"
        )
        x += wide
    return Markup("".join([*out, "</svg>"]))  # noqa: S704 - built of numbers and escaped words


def spread(counts: Sequence[int]) -> Markup:
    """Draw the 21 counts of mart.indicator_year as seven bars: below 60, 60 to 70, … 90 to 100, full marks."""
    bars = [sum(counts[:4]), *(sum(counts[n : n + 4]) for n in (4, 8, 12, 16)), counts[20]]
    most, whole = max([*bars[:5], 1]), max(sum(bars), 1)
    out = ['<svg class="inl spread" viewBox="0 0 90 18" preserveAspectRatio="none" aria-hidden="true">']
    for n, count in enumerate(bars):
        high = 17 * count / (whole if n == 5 else most)  # full marks are most of the scores: drawn apart
        out.append(
            f'<rect class="{"h0" if n == 5 else "b"}" x="{n * 15}" y="{18 - high:.1f}" width="14" height="{high:.1f}"/>'
        )
    return Markup("".join([*out, "</svg>"]))  # noqa: S704 - built of numbers


def ridges(view: View, name: str, years: Sequence[tuple[int, int, Sequence[int], int]]) -> Markup:
    """Draw an indicator's score rates by year, full marks apart: (year, scores, 21 counts, full scores)."""
    title = view.t(f"{name}得分率历年分布", f"{name}: score rates by year")
    high = 62 * len(years) + 30
    out = [f'<svg class="chart cap" viewBox="0 0 460 {high}" role="img" aria-label="{escape(title)}">']
    for row, (year, scores, counts, full) in enumerate(years):
        most = max([*counts[:20], 1])
        out.append(f'<g transform="translate(0 {62 * row})">')
        for n, count in enumerate(counts[:20]):
            if count:
                tall = 40 * count / most
                label = f"{50 + 2.5 * n:g}–{52.5 + 2.5 * n:g}%: {count}"
                out.append(
                    f'<rect class="b" x="{62 + 14 * n}" y="{48 - tall:.1f}" width="12.8" height="{tall:.1f}">'
                    f"<title>{label}"
                    "</title></rect>"
                )
        share = full / scores if scores else 0
        out.append(
            f'<path class="ax" d="M62 48H342"/><text class="strong" x="0" y="28">{year}</text>'
            f'<text class="muted" x="0" y="44">'
            f'n={scores}</text><rect class="h0" x="352" y="24" width="{70 * share:.1f}" height="16"/>'
            f'<text x="{356 + 70 * share:.1f}" y="37" class="strong">{share:.0%}</text></g>'
        )
    foot = view.t("得分率 %（不含满分）", "score rate, % (full marks apart)")
    out.append(
        f'<text class="muted" x="62" y="{high - 8}">≤50</text>'
        f'<text class="muted c" x="208" y="{high - 8}">{foot}</text>'
        f'<text class="muted e" x="342" y="{high - 8}">100</text><text class="muted" x="352" y="{high - 8}">'
        f"{view.t('满分占', 'full marks')}</text></svg>"
    )
    return Markup("".join(out))  # noqa: S704 - built of numbers and escaped words


def steps(rows: Sequence[tuple[str, int, bool]], label: str) -> Markup:
    """Draw counts as bars under each other: (name, count, whether it waits for a person)."""
    most = max([*(count for _, count, _ in rows), 1])
    out = [f'<svg class="chart" viewBox="0 0 400 {34 * len(rows) + 4}" role="img" aria-label="{escape(label)}">']
    for n, (name, count, waits) in enumerate(rows):
        wide = 230 * count / most
        out.append(
            f'<g transform="translate(0 {34 * n})"><text class="e" x="110" y="19">{escape(name)}</text><rect '
            f'class="{"loss" if waits else "b"}" x="118" y="4" width="{wide:.1f}" height="22"/>'
            f'<text class="strong" x="{126 + wide:.1f}" y="19">{count:,}</text></g>'
        )
    return Markup("".join([*out, "</svg>"]))  # noqa: S704 - built of numbers and escaped words


def scatter(view: View, points: Sequence[tuple[float, float, str, str, bool]]) -> Markup:
    """Draw one mark a department: (outturn in yuan, execution rate, name, href, marked). The x axis is logarithmic.

    `charts.js` draws the same marks anew, to be zoomed: it takes them from the links here.
    """
    from math import log10

    title = view.t("支出规模与执行率散点图", "Outturn and execution rate")
    powers = [log10(max(one[0], 1.0)) for one in points]
    left = floor(min(powers))
    right = max(ceil(max(powers)), left + 1)

    def x(value: float) -> float:
        return 44 + 800 * (log10(max(value, 1.0)) - left) / (right - left)

    def y(rate: float) -> float:
        return 22 + 230 * (110 - min(max(rate, 60.0), 110.0)) / 50

    out = [f'<svg class="chart echart-static" viewBox="0 0 860 300" role="group" aria-label="{title}">']
    for grid in range(60, 111, 10):
        out.append(
            f'<path class="{"ref" if grid == 100 else "gr"}" d="M44 {y(grid):.1f}H844"/><text class="e muted" x="38" '
            f'y="{y(grid) + 4:.1f}">{grid}</text>'
        )
    for power in range(left, right + 1):
        tick = view.value(10**power, "yuan").striptags()
        tick = tick.rstrip("0").rstrip(".") if "." in tick else tick
        out.append(
            f'<path class="gr" d="M{x(10**power):.1f} 22V252"/><text class="c muted" x="{x(10**power):.1f}" y="268">'
            f"{tick}</text>"
        )
    for yuan, rate, name, href, marked in sorted(points, key=lambda one: one[4]):
        at, level = x(yuan), y(rate)
        shape = (
            f'<path class="dot m" d="M{at:.1f} {level - 4.6:.1f}l4.6 4.6-4.6 4.6-4.6-4.6z">'
            if marked
            else f'<circle class="dot" cx="{at:.1f}" cy="{level:.1f}" r="3.4">'
        )
        named = escape(name)
        label = f"{named}: {number(rate)}%"
        end = "</path>" if marked else "</circle>"
        out.append(
            f'<a href="{escape(href)}" aria-label="{label}" data-name="{named}" data-yuan="{yuan:.0f}" '
            f'data-rate="{rate:.2f}">{shape}<title>{label}</title>{end}</a>'
        )
    out.append(
        f'<text class="c muted" x="444" y="292">{view.t("支出决算，", "Outturn, ")}{view.unit_word}</text>'
        f'<text class="muted" x="4" y="12">{view.t("执行率，%", "Execution rate, %")}</text></svg>'
    )
    return Markup("".join(out))  # noqa: S704 - built of numbers and escaped words
