// The list against who stands there, and against the heads that somebody counted (T04): the mirror of kernel.handover.head_count;
// both run kernel/tests/vectors/handover-ticket.json.

function without(these, those) {
  const left = [...those];
  return these.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

// → {missing, extra, uncounted}: on the list and not there; there and not on the list; how many more heads than names (or fewer).
export function headCount(listed, present, counted = null) {
  return {
    missing: without(listed, present),
    extra: without(present, listed),
    uncounted: (counted === null ? present.length : counted) - present.length,
  };
}
