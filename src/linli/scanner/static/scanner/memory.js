// A short note outside the database: which gate this phone served and how much it had not sent. When a browser has cleared
// the database, the page can then say so, instead of standing there as if it were new.

const KEY = "linli-scan-shift";

export function note(device, waiting) {
  if (!device) return;
  const text = JSON.stringify({ gate: device.gate.name, waiting });
  if (localStorage.getItem(KEY) !== text) localStorage.setItem(KEY, text);
}

export const forget = () => localStorage.removeItem(KEY);

// {gate, waiting} of the shift whose database is gone; null when there is nothing to say.
export function lost() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}
