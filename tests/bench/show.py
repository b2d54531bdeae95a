"""Shows a page of speed (page.py) as text, or in Markdown: a row each, and the ratios, which are computed round by round."""
import statistics

import machine
from figures import spread
from ways import RATIOS

HEADS = ("who", "µs/record", "k records/s", "records a message")


def figures(row, name):
    return [each[name] for each in row["rounds"]]


def cells(row):
    messages = f"{statistics.median(figures(row, 'records_a_message')):.3g}" if "records_a_message" in row["rounds"][0] else "-"
    return row["text"], spread(figures(row, "us"), 2), spread([each / 1000 for each in figures(row, "records_s")], 0), messages


def ratios(page):
    """(What / what, the ratios round by round, where they are to arrive or None)."""
    rows = page["rows"]
    pairs = RATIOS + [(name.removesuffix("@beside"), name, None) for name in rows if name.endswith("@beside")]
    for over, under, aim in pairs:
        if over in rows and under in rows:
            yield over, under, [a / b for a, b in zip(figures(rows[over], "us"), figures(rows[under], "us"))], aim


def caption(page):
    load = page["load"]
    yield (f"{load['records']:,} records of {load['body']} bytes with keys of 24, {load['request']} a request, snappy, acks all; "
           f"{load['rounds']} rounds by turns: median (smallest .. largest), CPU of the client")
    yield ", ".join(f"{name} {version}" for name, version in page["versions"].items() if version)
    yield machine.in_words(page["machine"])


def plain(text):
    return text.replace("*", "").replace("`", "")


def text(page):
    lines = [HEADS, *([plain(cell) for cell in cells(row)] for row in page["rows"].values())]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADS))]
    shown = ["  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]) for line in lines]
    for over, under, values, aim in ratios(page):
        shown.append(f"CPU {over + ' / ' + under:42} {spread(values, 2):24}" + (f" aim {aim:.2f}" if aim else ""))
    return "\n".join([*shown, *caption(page)])


def markdown(page):
    def table(heads, rows):
        return [f"| {' | '.join(heads)} |", "| --- " + "| ---: " * (len(heads) - 1) + "|", *(f"| {' | '.join(row)} |" for row in rows)]

    texts = {name: row["text"].replace("*", "") for name, row in page["rows"].items()}
    lines = table(HEADS, (cells(row) for row in page["rows"].values()))
    compared = [(f"{texts[over]} / {texts[under]}", spread(values, 2), f"{aim:.2f}" if aim else "")
                for over, under, values, aim in ratios(page)]
    if compared:
        lines += ["", *table(("CPU, one divided by the other", "ratio", "aim"), compared)]
    return "\n".join([*lines, "", *(f"{line}  " for line in caption(page))])
