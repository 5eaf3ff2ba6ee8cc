import { afterEach, expect, test, vi } from "vitest";
import { seenSize } from "./regime.ts";
import { createSimulation } from "./simulation.ts";

afterEach(() => vi.unstubAllGlobals());

test("where a model fails, forecasts begin anew from the state that the solver has come to", async () => {
  let solved = 0;
  let isLost = true;
  const state = () => new Float32Array(seenSize).fill(solved);
  const answers: Readonly<Record<string, (argument: { states: Float32Array }) => unknown>> = {
    begin: state,
    next: () => {
      solved++;
      return { state: state(), milliseconds: 1 };
    },
    start: () => ({}),
    load: () => ({}),
    // The model says that nothing changes.
    forecast: ({ states }) => ({ states, milliseconds: 1, tensors: 0 }),
  };
  class StubWorker {
    onmessage = (_: unknown): void => {};
    postMessage({ id, name, argument }: { id: number; name: string; argument: never }): void {
      const fails = name === "forecast" && isLost;
      if (fails) isLost = false;
      const answer = fails
        ? { id, problem: "the device was lost", remedy: null }
        : { id, result: answers[name]?.(argument) };
      queueMicrotask(() => this.onmessage({ data: answer }));
    }
  }
  vi.stubGlobal("Worker", StubWorker);
  const simulation = createSimulation(1);
  await simulation.begin(1);
  await simulation.start("cpu");
  await simulation.load({ id: "model", origin: "models/model" });
  await expect(simulation.next([])).rejects.toThrow("the device was lost");
  const { lead, truth, forecasts } = await simulation.next([]);
  expect([lead, truth[0], forecasts.get("model")?.states[0]]).toEqual([1, 2, 1]);
});
