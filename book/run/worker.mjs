// Python for one page: Pyodide, NumPy and nnbook in a worker, which the page may end at any time.
// In: {id, do, …}. Out: {id, kind, …} on the way; {id, answer} or {id, error} at the end, all through
// a port that comes with the first message, and which no code of a reader's can find.
const home = new URL("../", import.meta.url).href;
const request = globalThis.fetch.bind(globalThis);
const { parse } = JSON; // as it is before a reader's code runs

/** @type {any} */
let session; // nnbook.page.session
/** @type {any} */
let pyodide;

/**
 * One file of the runtime, of which every byte is as the build left it. A copy in the browser's
 * cache that is not is asked for anew.
 * @param {string} name
 * @param {string} sha256 in hexadecimal digits
 */
async function whole(name, sha256) {
  const hash = (sha256.match(/../g) ?? []).map((pair) => Number(`0x${pair}`));
  const integrity = `sha256-${btoa(String.fromCharCode(...hash))}`;
  for (const cache of /** @type {RequestCache[]} */ (["default", "reload"])) {
    const response = await request(home + name, { cache, integrity }).catch(() => null);
    if (response?.ok) return response;
  }
  const found = await request(home + name, { cache: "no-store" }).catch(() => null);
  if (!found) throw new Error(`${name} could not be loaded: is there a network?`);
  if (!found.ok) throw new Error(`${name} is missing on the server (HTTP ${found.status}).`);
  throw new Error(`${name} is not the file that this book was built with.`);
}

/** @param {(message: object) => void} say */
async function start(say) {
  const response = await request(`${home}pyodide-lock.json`, { cache: "no-cache" }).catch(() => null);
  if (!response?.ok) throw new Error("pyodide-lock.json could not be loaded: is there a network?");
  const lock = await response.json();
  const files = [...lock.core, ...Object.values(lock.packages)];
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let loaded = 0;
  const coming = new Map(
    files.map(({ file_name: name, sha256, bytes }) => {
      const file = whole(name, sha256).then((found) => {
        loaded += bytes;
        say({ kind: "loaded", loaded, total });
        return found;
      });
      return [home + name, file];
    }),
  );
  // Pyodide waits for ever for some files that do not come, and goes on without others.
  const all = Promise.all(coming.values());
  globalThis.fetch = (address, options) => coming.get(String(address)) ?? request(address, options);
  const ready = async () => {
    // Modules are imported by their address: by then the browser has what was looked at.
    await Promise.all(files.map(({ file_name: name }) => name.endsWith(".mjs") && coming.get(home + name)));
    const { loadPyodide } = await import(`${home}pyodide.mjs`);
    pyodide = await loadPyodide({
      indexURL: home,
      packageBaseUrl: home,
      lockFileContents: lock,
      packages: Object.keys(lock.packages),
      stdout: () => {},
      stderr: () => {},
    });
  };
  await Promise.race([ready(), all.then(() => new Promise(() => {}))]);
  globalThis.fetch = request;
  for (const name of Object.keys(lock.packages)) {
    if (!(name in pyodide.loadedPackages)) throw new Error(`${name} could not be unpacked.`);
  }
  session = pyodide.pyimport("nnbook.page.session");
  session.begin();
  return {};
}

/** @type {Record<string, (message: any, say: (message: object) => void) => any>} */
const does = {
  start: (_, say) => start(say),
  run({ cells }, say) {
    const send = (/** @type {string} */ cell, /** @type {string} */ text) => say({ kind: "output", cell, text });
    return parse(session.run(JSON.stringify(cells), send));
  },
  check({ name, code, imports, seed }, say) {
    const send = (/** @type {string} */ text) => say({ kind: "output", text });
    return parse(session.check(name, code, imports, send, seed));
  },
  tabulate: ({ text }) => unpacked(parse(pyodide.pyimport("nnbook.page.own_function").tabulate_json(text))),
  train(message, say) {
    const send = (/** @type {string} */ text) => say({ kind: "output", text });
    return unpacked(parse(pyodide.pyimport("nnbook.page.trainer").train(JSON.stringify(message), send)));
  },
};

/**
 * An answer with arrays: the text of their bytes, one letter each, becomes bytes.
 * @param {Record<string, any>} answer
 */
function unpacked(answer) {
  for (const one of Object.values(answer)) {
    if (one?.dtype) one.data = Uint8Array.from(one.data, (/** @type {string} */ letter) => letter.charCodeAt(0));
  }
  return answer;
}

/**
 * Of a traceback the last line; the lines above are the book's own.
 * @param {unknown} error
 */
function words(error) {
  if (error instanceof RangeError) return "the code nests too deeply for it.";
  const lines = String(error instanceof Error ? error.message : error).trim().split("\n");
  return lines[lines.length - 1];
}

/** @type {Promise<void>} */
let queue = Promise.resolve();
addEventListener(
  "message",
  ({ ports: [port] }) => {
    const post = port.postMessage.bind(port);
    port.addEventListener("message", ({ data }) => {
      const say = (/** @type {object} */ message) => post({ id: data.id, ...message });
      queue = queue.then(async () => {
        say({ kind: "begun" });
        try {
          const answer = await does[data.do](data, say);
          say({ answer: { ...answer, heap: pyodide["_module"].HEAP8.length } });
        } catch (error) {
          say({ error: words(error) });
        }
      });
    });
    port.start();
  },
  { once: true },
);
