// Day and night colours by the time of day (18:30–06:30), because at a gate the sky matters, not the system's setting.

const KEY = "linli-scan-theme";

export const chosen = () => localStorage.getItem(KEY) || "auto";

export function choose(value) {
  localStorage.setItem(KEY, value);
  apply();
}

export function apply(date = new Date()) {
  const minutes = date.getHours() * 60 + date.getMinutes();
  const dark = minutes >= 18 * 60 + 30 || minutes < 6 * 60 + 30;
  const value = chosen();
  document.documentElement.dataset.theme = value === "auto" ? (dark ? "night" : "day") : value;
}
