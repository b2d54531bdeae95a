"""Draws a page of speed (page.py) as an SVG: a bar for each row, and the two curves."""
import statistics
import textwrap

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: E402

from show import caption, figures, plain  # noqa: E402

# Told apart by who cannot see red and green, and in print (Okabe and Ito).
COLOURS = {"bare": "#777777", "ours": "#0072b2", "contrib": "#e69f00"}
WHO = {"bare": "bare librdkafka", "ours": "libstskafka", "contrib": "contrib kafkaexporter (Go)"}
AXES = {"body": "bytes of a body", "request": "records of a request"}
OF_ROW = {"bare": "bare", "window": "ours", "contrib_raw": "contrib"}


def span(values):
    """(The median, how far below and above it the others reach)."""
    middle = statistics.median(values)
    return middle, [[middle - min(values)], [max(values) - middle]]


def draw_rows(axes, rows):
    for place, row in enumerate(rows):
        middle, reach = span(figures(row, "us"))
        axes.barh(place, middle, xerr=reach, color=COLOURS[row["who"]], height=0.7, error_kw={"elinewidth": 1, "capsize": 2})
        axes.annotate(f"{middle:.2f}", (middle + reach[1][0], place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(range(len(rows)), [textwrap.fill(plain(row["text"]), 44) for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel("CPU of the client, µs a record")
    shown = [who for who in COLOURS if any(row["who"] == who for row in rows)]
    axes.legend([plt.Rectangle((0, 0), 1, 1, color=COLOURS[who]) for who in shown], [WHO[who] for who in shown], loc="lower right",
                fontsize=8, frameon=False)


def draw_curve(axes, name, of_ways):
    places = []
    for way, curve in of_ways.items():
        places = [int(place) for place in curve["places"]]
        spans = [span([run["us"] for run in runs]) for runs in curve["places"].values()]
        reach = [[each[1][side][0] for each in spans] for side in (0, 1)]
        axes.errorbar(places, [middle for middle, _ in spans], yerr=reach, color=COLOURS[OF_ROW[way]], marker="o", markersize=4, capsize=2,
                      label=WHO[OF_ROW[way]])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(places, [f"{place:,}" for place in places])
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.3)
    axes.set_xlabel(AXES[name])
    axes.set_ylabel("CPU, µs a record")
    axes.legend(fontsize=8, frameon=False)


def draw(page, path):
    matplotlib.rcParams["svg.hashsalt"] = "stskafka"  # the same page gives the same bytes
    rows = list(page["rows"].values())
    height = max(5, 1.6 + 0.42 * len(rows))
    if page["curves"]:
        figure, axes = plt.subplot_mosaic([["rows", "body"], ["rows", "request"]], figsize=(13, height), width_ratios=[3, 2],
                                          layout="constrained")
        for name, of_ways in page["curves"].items():
            draw_curve(axes[name], name, of_ways)
    else:
        figure, only = plt.subplots(figsize=(8, height), layout="constrained")
        axes = {"rows": only}
    draw_rows(axes["rows"], rows)
    figure.suptitle("What a log record costs the client on its way into Kafka")
    figure.supxlabel("\n".join(textwrap.fill(line, 150) for line in caption(page)), fontsize=8, color="#555555")
    figure.savefig(path, metadata={"Date": None})
