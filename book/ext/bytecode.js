// What Pyodide's CPython needs of a browser to start in V8 alone, and its start: bytecode.py.
const files = {};
let state = "";
let python;

globalThis.WorkerGlobalScope = class {};
globalThis.console = Object.fromEntries(["log", "warn", "error", "info", "debug"].map((name) => [name, () => {}]));
globalThis.performance = { now: () => Date.now() };
globalThis.crypto = { getRandomValues: (array) => array.fill(1) }; // the same bytecode each time
globalThis.URL = class {};
globalThis.AbortSignal = { any() {} };

globalThis.TextEncoder = class {
  encode(text) {
    return Uint8Array.from(unescape(encodeURIComponent(text)), (letter) => letter.charCodeAt(0));
  }
};

globalThis.TextDecoder = class {
  decode(bytes = new Uint8Array()) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) {
      text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    }
    return decodeURIComponent(escape(text));
  }
};
const decoder = new TextDecoder();

async function begin() {
  const mark = Symbol("an error of JavaScript's");
  const errors = { Jsv_GetError_import: () => mark, JsvError_Check: (value) => value === mark };
  try {
    python = await globalThis.create({
      API: { config: { jsglobals: globalThis, env: {} }, runtimeEnv: {}, lockfile: {} },
      arguments: [],
      print() {},
      printErr() {},
      locateFile: (name) => name,
      preRun: [
        ({ FS, ENV }) => {
          FS.mkdirTree("/lib/python3.14/site-packages");
          FS.mkdirTree("/lib/python3.14/lib-dynload");
          FS.writeFile("/lib/python314.zip", files["python_stdlib.zip"]);
          Object.assign(ENV, { HOME: "/", PYTHONINSPECT: "1", PYTHONHASHSEED: "0" });
        },
      ],
      instantiateWasm(imports, done) {
        Object.assign(imports.env, errors);
        const module = new WebAssembly.Module(files["pyodide.asm.wasm"]);
        done(new WebAssembly.Instance(module, imports), module);
        return {};
      },
    });
    state = "ready";
  } catch (error) {
    state = `${error} ${error.stack}`;
  }
}

/**
 * Runs it with the text in /in; the error, if there is one.
 * @param {string} code
 * @param {string} text
 */
function run(code, text) {
  try {
    python.FS.writeFile("/in", text);
    const [failed, error] = python.API.rawRun(code);
    return failed ? error : "";
  } catch (error) {
    return `${error}`;
  }
}
