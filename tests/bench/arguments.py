"""Arguments that several parts have, and what they may be."""
import argparse


def at_least(least):
    """A whole number that is not smaller: with less there would be nothing to measure."""
    def number(text):
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{text}: must be at least {least:,}")
        return value
    return number


def add_rounds(parser, default=5):
    parser.add_argument("--rounds", type=at_least(1), default=default, metavar="N",
                        help=f"each figure is the median of so many ({default}), with the smallest and the largest")


def add_records(parser, least, default=1_000_000, of="a run"):
    parser.add_argument("--records", type=at_least(least), default=default, metavar="N", help=f"of {of} ({default:,}), at least {least:,}")
