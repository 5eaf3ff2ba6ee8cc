import type { BackendInfo, BackendName } from "@eddyflow/backend";
import { asker, RefusedError } from "./ask.ts";
import type { Bump } from "./bump.ts";
import { addBump } from "./bump.ts";
import { copies } from "./forecast.ts";
import type { ModelAnswers, ModelFacts, Origin } from "./model-worker.ts";
import { seenSize } from "./regime.ts";
import type { SolverAnswers } from "./solver-worker.ts";

/** A model of the page, with the sampler that a person has chosen for it. */
interface Model {
  readonly id: string;
  readonly origin: Origin;
  readonly sampler?: string;
}

/** One state of the solver and those that the models forecast for the same time. */
export interface Moment {
  /** States since the forecasts began. */
  readonly lead: number;
  readonly truth: Float32Array;
  readonly solverMilliseconds: number;
  /** By the model's name; the members lie one after the other. */
  readonly forecasts: ReadonlyMap<
    string,
    { readonly states: Float32Array; readonly milliseconds: number }
  >;
  /** Tensors that the models hold; it does not grow. */
  readonly tensors: number;
}

/** The solver and the models, in workers. One thing is asked of it at a time. */
export interface Simulation {
  /** Starts the models anew on a backend. */
  start(backend: BackendName | "auto"): Promise<BackendInfo>;
  /** Loads a model, in the place of one of the same name. */
  load(model: Model): Promise<ModelFacts>;
  /** From what waves of this seed have grown to, or from a state of n × n values. */
  begin(from: number | Float64Array): Promise<Moment>;
  /** From the solver's present state, with so many members. */
  restart(members: number): Moment;
  /** The next state of all, disturbed before it. Where a model fails, forecasts begin anew from the solver's next state. */
  next(bumps: readonly Bump[]): Promise<Moment>;
}

const startWorker = {
  solver: () => new Worker(new URL("./solver-worker.ts", import.meta.url), { type: "module" }),
  models: () => new Worker(new URL("./model-worker.ts", import.meta.url), { type: "module" }),
};

export function createSimulation(members: number): Simulation {
  const askSolver = asker<SolverAnswers>(startWorker.solver());
  let worker: Worker | undefined;
  let askModels: ReturnType<typeof asker<ModelAnswers>> | undefined;
  const models = new Map<string, Model>();
  let numMembers = members;
  let step = 0;
  let moment: Moment | undefined;

  const ask = (): ReturnType<typeof asker<ModelAnswers>> => {
    if (askModels === undefined) throw new RefusedError("the models have not been started");
    return askModels;
  };

  function fromTruth(truth: Float32Array): Moment {
    const states = (): Float32Array => copies(truth, numMembers);
    const forecasts = [...models.keys()].map(
      (id) => [id, { states: states(), milliseconds: 0 }] as const,
    );
    moment = {
      lead: 0,
      truth,
      solverMilliseconds: 0,
      forecasts: new Map(forecasts),
      tensors: moment?.tensors ?? 0,
    };
    return moment;
  }

  return {
    async start(backend) {
      worker?.terminate();
      worker = startWorker.models();
      askModels = asker<ModelAnswers>(worker);
      return askModels("start", backend);
    },
    async load(model) {
      const facts = await ask()("load", model);
      models.set(model.id, model);
      if (moment !== undefined) fromTruth(moment.truth);
      return facts;
    },
    async begin(from) {
      const truth = await (typeof from === "number"
        ? askSolver("begin", from)
        : askSolver("take", from));
      return fromTruth(truth);
    },
    restart(wanted) {
      numMembers = wanted;
      return fromTruth((moment as Moment).truth);
    },
    async next(bumps) {
      const before = moment as Moment;
      step += 1;
      const solved = askSolver("next", bumps);
      const forecasts = new Map<string, { states: Float32Array; milliseconds: number }>();
      let tensors = 0;
      try {
        for (const [id, { states }] of before.forecasts) {
          for (let i = 0; i < numMembers; i++) {
            for (const bump of bumps)
              addBump(states.subarray(i * seenSize, (i + 1) * seenSize), bump);
          }
          const forecast = await ask()("forecast", { id, states, members: numMembers, step });
          forecasts.set(id, forecast);
          tensors = forecast.tensors;
        }
      } catch (error) {
        // The solver is a state further: going on from the old forecasts, errors would be of another time.
        fromTruth((await solved).state);
        throw error;
      }
      const { state: truth, milliseconds: solverMilliseconds } = await solved;
      moment = { lead: before.lead + 1, truth, solverMilliseconds, forecasts, tensors };
      return moment;
    },
  };
}
