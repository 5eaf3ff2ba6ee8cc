import type { Kernels } from "./kernel-module.ts";
import type { WasmCode, WasmMemory } from "./web-assembly.ts";

/** What a thread is told at its start. */
export interface ThreadData {
  readonly module: WasmCode;
  readonly memory: WasmMemory;
  readonly control: SharedArrayBuffer;
}

/** Shares the tasks of a kernel out among threads. */
export interface ThreadPool {
  readonly threads: number;
  /**
   * Calls `kernels[name](...values, first, last)` for the parts [first, last) of [0, count), each `part` long,
   * and returns when all are done.
   */
  run(name: keyof Kernels, values: readonly number[], count: number, part: number): void;
}

// Places in the control array: whether there is work (its number, else 0), who is at it, the next part,
// the kernel's number, the count, the length of a part, how many values; then the values.
const open = 0;
const active = 1;
const next = 2;
const kernel = 3;
const total = 4;
const length = 5;
const arity = 6;
const values = 7;
const size = 32;

/**
 * The program of a thread, as source: it has no file of its own, so that bundlers need not know of it. It waits
 * for work to open, takes parts until there are none, and waits for it to close.
 */
const threadProgram = `
({ module, memory, control }) => {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const names = Object.keys(kernels).filter((name) => typeof kernels[name] === "function").sort();
  const state = new Int32Array(control);
  return () => {
    for (;;) {
      Atomics.wait(state, ${open}, 0);
      const number = Atomics.load(state, ${open});
      if (number === 0) continue;
      Atomics.add(state, ${active}, 1);
      // Only while it is open may the array be read, and it stays so until nobody is at work.
      if (Atomics.load(state, ${open}) === number) {
        const run = kernels[names[state[${kernel}]]];
        const values = Array.from(state.subarray(${values}, ${values} + state[${arity}]));
        for (;;) {
          const first = Atomics.add(state, ${next}, 1) * state[${length}];
          if (first >= state[${total}]) break;
          run(...values, first, Math.min(first + state[${length}], state[${total}]));
        }
      }
      if (Atomics.sub(state, ${active}, 1) === 1) Atomics.notify(state, ${active});
      Atomics.wait(state, ${open}, number);
    }
  };
}`;

/** The source of a thread that gets its {@link ThreadData} from `receive`, an expression that takes a callback. */
export const threadSource = (receive: string): string =>
  `${receive}((data, ready) => { const loop = (${threadProgram})(data); ready(); loop(); });`;

/** All parts one after the other, on the thread that asks. */
export function singleThread(kernels: Kernels): ThreadPool {
  return {
    threads: 1,
    run(name, values, count, part) {
      for (let first = 0; first < count; first += part) {
        kernels[name](...values, first, Math.min(first + part, count));
      }
    },
  };
}

/** The control array of a pool. */
export const createControl = (): SharedArrayBuffer => new SharedArrayBuffer(4 * size);

/**
 * Shares parts out among `others` threads that run {@link threadSource} with the same `control`, and the thread
 * that asks.
 */
export function threadPool(
  kernels: Kernels,
  control: SharedArrayBuffer,
  others: number,
): ThreadPool {
  const state = new Int32Array(control);
  const numbers = new Map(
    Object.entries(kernels)
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name)
      .sort()
      .map((name, i) => [name, i]),
  );
  const alone = singleThread(kernels);
  let number = 0;
  return {
    threads: 1 + others,
    run(name, given, count, part) {
      if (count <= part) {
        alone.run(name, given, count, part);
        return;
      }
      state.set(given, values);
      state[arity] = given.length;
      state[kernel] = numbers.get(name) as number;
      state[total] = count;
      state[length] = part;
      Atomics.store(state, next, 0);
      number = (number % 0x7fffffff) + 1;
      Atomics.store(state, open, number);
      Atomics.notify(state, open);
      for (;;) {
        const first = Atomics.add(state, next, 1) * part;
        if (first >= count) break;
        kernels[name](...given, first, Math.min(first + part, count));
      }
      Atomics.store(state, open, 0);
      Atomics.notify(state, open);
      for (;;) {
        const busy = Atomics.load(state, active);
        if (busy === 0) break;
        waitWhile(state, active, busy);
      }
    },
  };
}

/** Waits for a change, or, where this thread may not sleep (a browser's first), returns at once. */
function waitWhile(state: Int32Array<SharedArrayBuffer>, place: number, value: number): void {
  try {
    Atomics.wait(state, place, value, 1);
  } catch {
    // The caller looks again.
  }
}
