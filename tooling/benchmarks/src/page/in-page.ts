import type { PageWork, StartLibrary } from "./work.ts";

/** What the page answers; the process that opened it asks. */
export interface PageAnswers {
  start(threads: number): Promise<string>;
  prepare(work: Omit<PageWork, "folder">): Promise<readonly number[]>;
  time(index: number, repeats: number): Promise<readonly number[]>;
}

/** Lets the page's process ask a library for its works, by `globalThis.benchmark`. */
export function answerInPage(startLibrary: StartLibrary): void {
  const starting: { library?: Awaited<ReturnType<StartLibrary>> } = {};
  const runs: (() => Promise<Float32Array>)[] = [];
  const read = async (name: string) =>
    new Uint8Array(await (await fetch(`/work/${runs.length}/${name}`)).arrayBuffer());
  const answers: PageAnswers = {
    async start(threads) {
      starting.library = await startLibrary(threads);
      return starting.library.about;
    },
    async prepare(work) {
      if (starting.library === undefined) throw new Error("the library was not started");
      const [weights, onnx] = [await read("weights.safetensors"), await read("student.onnx")];
      const run = await starting.library.prepare({ ...work, weights, onnx });
      runs.push(run);
      return [...(await run())];
    },
    async time(index, repeats) {
      const milliseconds: number[] = [];
      for (let i = 0; i < repeats; i++) {
        const start = performance.now();
        await runs[index]?.();
        milliseconds.push(performance.now() - start);
      }
      return milliseconds;
    },
  };
  (globalThis as { benchmark?: PageAnswers }).benchmark = answers;
}
