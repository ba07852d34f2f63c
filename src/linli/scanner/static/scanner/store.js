// The phone's own database. Everything that must survive a dead battery is written with strict durability:
// the promise settles only when the browser says that the bytes are on the disk.

const NAME = "linli-scan";
const VERSION = 1;
let opening = null;

// kind: "full" (no room), "broken" (database cannot be opened or written).
export class StoreError extends Error {
  constructor(cause) {
    super(String((cause && cause.message) || cause));
    this.name = "StoreError";
    this.kind = (cause && cause.kind) || (cause && cause.name === "QuotaExceededError" ? "full" : "broken");
  }
}

function open() {
  if (opening) return opening;
  opening = new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("meta");
      const queue = db.createObjectStore("queue", { keyPath: "id" });
      queue.createIndex("seq", "seq");
      db.createObjectStore("tally");
    };
    request.onblocked = () => reject(new StoreError("blocked"));
    request.onerror = () => reject(new StoreError(request.error));
    request.onsuccess = () => {
      const db = request.result;
      // Another tab upgrades, or the browser closed the database: open again at the next use.
      db.onversionchange = () => {
        db.close();
        opening = null;
      };
      db.onclose = () => {
        opening = null;
      };
      resolve(db);
    };
  });
  opening.catch(() => {
    opening = null;
  });
  return opening;
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new StoreError(request.error));
  });
}

// A transaction on an open database; a connection that the browser has closed meanwhile is opened once more.
async function begin(stores, mode, options) {
  try {
    return (await open()).transaction(stores, mode, options);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    opening = null;
    try {
      return (await open()).transaction(stores, mode, options);
    } catch (again) {
      throw new StoreError(again);
    }
  }
}

// Run `work(transaction)` in one strict read-write transaction and give its result after the commit.
export async function write(stores, work) {
  const transaction = await begin(stores, "readwrite", { durability: "strict" });
  return new Promise((resolve, reject) => {
    let result;
    let cause = null;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(new StoreError(cause || transaction.error || "aborted"));
    new Promise((done) => done(work(transaction))).then(
      (value) => {
        result = value;
      },
      (error) => {
        cause = error;
        try {
          transaction.abort();
        } catch {
          reject(new StoreError(error)); // it had aborted already
        }
      },
    );
  });
}

async function read(store, ask) {
  const transaction = await begin(store, "readonly");
  return settled(ask(transaction.objectStore(store)));
}

export const meta = {
  get: (key) => read("meta", (store) => store.get(key)),
  set: (key, value) => write(["meta"], (tx) => settled(tx.objectStore("meta").put(value, key))),
  remove: (key) => write(["meta"], (tx) => settled(tx.objectStore("meta").delete(key))),
};

// Add a row to the queue and give it the next sequence number, in one transaction. `least`: the last number that the page
// remembers, should the database have been wiped under it; `notes`: what is to be remembered with the row, both or neither.
export function enqueue(row, least = 0, notes = {}) {
  return write(["queue", "meta"], async (tx) => {
    const last = Math.max((await settled(tx.objectStore("meta").get("seq"))) || 0, least);
    const stored = { ...row, seq: last + 1 };
    tx.objectStore("meta").put(last + 1, "seq");
    for (const [key, value] of Object.entries(notes)) tx.objectStore("meta").put(value, key);
    await settled(tx.objectStore("queue").put(stored)); // the same id again is the same row
    return stored;
  });
}

export const queued = {
  count: () => read("queue", (store) => store.count()),
  all: () => read("queue", (store) => store.index("seq").getAll()),
  first: (limit) => read("queue", (store) => store.index("seq").getAll(null, limit)),
  remove: (ids) =>
    write(["queue"], (tx) => {
      for (const id of ids) tx.objectStore("queue").delete(id);
    }),
  change: (rows) =>
    write(["queue"], (tx) => {
      for (const row of rows) tx.objectStore("queue").put(row);
    }),
};

export const tally = {
  all: async () => {
    const keys = await read("tally", (store) => store.getAllKeys());
    const values = await read("tally", (store) => store.getAll());
    return keys.map((key, i) => [key, values[i]]);
  },
  set: (key, value) => write(["tally"], (tx) => settled(tx.objectStore("tally").put(value, key))),
  clear: () => write(["tally"], (tx) => settled(tx.objectStore("tally").clear())),
};
