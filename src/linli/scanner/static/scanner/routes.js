// Screens know each other by name only.

const screens = new Map();

export const register = (name, screen) => screens.set(name, screen);
export const go = (name, facts) => screens.get(name)(facts);
