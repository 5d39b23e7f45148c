"""The length of a step along a direction, for LBFGS."""
from __future__ import annotations

from typing import Any, Callable


def _cubic(x1, f1, g1, x2, f2, g2, bounds=None):
    """Where the cubic through two points with these slopes is least, within bounds."""
    low, high = bounds if bounds is not None else (x1, x2) if x1 <= x2 else (x2, x1)
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1 ** 2 - g1 * g2
    if not square >= 0:
        return (low + high) / 2.0
    d2 = square.sqrt()
    if x1 <= x2:
        best = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
    else:
        best = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    return min(max(best, low), high)


class _Point:
    """A length t with the loss there, its gradient, and its slope along the direction."""

    def __init__(self, t: Any, f: float, g: Any, slope: Any) -> None:
        self.t, self.f, self.g, self.slope = t, f, g, slope


def _bracket(evaluate: Callable, start: _Point, t: Any, c1: float, c2: float, most: int) -> tuple[list[_Point], bool, int, int]:
    """Lengths between which a good one lies (or that one): (points, whether it is found, rounds, evaluations)."""
    previous, now = start, evaluate(t)
    evaluations, rounds = 1, 0
    while rounds < most:
        if now.f > start.f + c1 * now.t * start.slope or (rounds > 1 and now.f >= previous.f):
            return [previous, now], False, rounds, evaluations
        if abs(now.slope) <= -c2 * start.slope:
            return [now], True, rounds, evaluations
        if now.slope >= 0:
            return [previous, now], False, rounds, evaluations
        t = _cubic(previous.t, previous.f, previous.slope, now.t, now.f, now.slope,
                   bounds=(now.t + 0.01 * (now.t - previous.t), now.t * 10))
        previous, now = now, evaluate(t)
        evaluations += 1
        rounds += 1
    return [_Point(0, start.f, start.g, start.slope), now], False, rounds, evaluations


def strong_wolfe(objective: Callable, t, d, f, g, slope, c1: float = 1e-4, c2: float = 0.9, smallest: float = 1e-9, most: int = 25):
    """A length that satisfies the strong Wolfe conditions: (loss, gradient, length, evaluations).

    objective(t, d): loss and gradient at t·d; f, g, slope: loss, gradient and slope at 0.
    """
    def evaluate(t) -> _Point:
        loss, gradient = objective(t, d)
        return _Point(t, loss, gradient.clone(), gradient.dot(d))

    length = d.abs().max()
    start = _Point(0, f, g.clone(), slope)
    points, done, rounds, evaluations = _bracket(evaluate, start, t, c1, c2, most)
    low, high = (0, 1) if points[0].f <= points[-1].f else (1, 0)
    stuck = False
    while not done and rounds < most:
        a, b = points
        if abs(b.t - a.t) * length < smallest:
            break
        t = _cubic(a.t, a.f, a.slope, b.t, b.f, b.slope)
        left, right = min(a.t, b.t), max(a.t, b.t)
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:  # close to an end: the second time, a tenth away from it
            if stuck or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        new = evaluate(t)
        evaluations += 1
        rounds += 1
        if new.f > f + c1 * t * slope or new.f >= points[low].f:
            points[high] = new
            low, high = (0, 1) if points[0].f <= points[1].f else (1, 0)
            continue
        if abs(new.slope) <= -c2 * slope:
            done = True
        elif new.slope * (points[high].t - points[low].t) >= 0:
            points[high] = points[low]
        points[low] = new
    best = points[low]
    return best.f, best.g, best.t, evaluations
