"""How measured figures are shown."""
import statistics


def spread(values, digits):
    """The median, with the smallest and the largest."""
    values = sorted(values)
    return f"{statistics.median(values):,.{digits}f} ({values[0]:,.{digits}f} .. {values[-1]:,.{digits}f})"
