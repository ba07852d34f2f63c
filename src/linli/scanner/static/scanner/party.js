// People who come together: each is asked and measured, each has a row that names the first of them (G07).

let group = null; // {first: draft, at, of}

// {at, of, first} while somebody of a group is still to come; null otherwise.
export const waiting = () => group;
export const end = () => {
  group = null;
};

// A draft made while a group is under way belongs to it.
export function join(draft) {
  if (group && draft.id !== group.first.id && !draft.follows) draft.party = group.first.id;
}

// After a row was written: a first person with companions opens a group, a companion moves it on. What completes an
// earlier row is not another person.
export function recorded(draft) {
  if (draft.follows) return;
  if (group && draft.party === group.first.id) {
    group.at += 1;
    if (group.at > group.of) group = null;
  } else {
    group = draft.companions > 0 ? { first: draft, at: 2, of: draft.companions + 1 } : null;
  }
}

// What a companion shares with the first: the errand, the host and what the host said. Never an answer or a measurement.
const SHARED = ["klass", "purpose", "host", "hostPlace", "hostConsent", "call", "filed", "visit"];
export const shared = () => Object.fromEntries(SHARED.map((name) => [name, group.first[name]]));
