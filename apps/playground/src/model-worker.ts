import { type BackendName, useBackend } from "@eddyflow/backend";
import { type Source, urlSource, verifiedSource } from "@eddyflow/checkpointing";
import { ArgumentError, type SamplerDescription } from "@eddyflow/core";
import { foldIn, keyFor } from "@eddyflow/random";
import { samplerInWords, samplerNamed, samplerText } from "@eddyflow/samplers";
import { loadSurrogate, type Surrogate } from "@eddyflow/surrogate";
import { memory, tensor } from "@tensorflow/tfjs-core";
import { answer } from "./ask.ts";
import { regime } from "./regime.ts";
import { requireRegime } from "./require-regime.ts";

/** Where a model comes from: a folder on the server, or files that were dropped on the page. */
export type Origin = string | Readonly<Record<string, Uint8Array>>;

/** A model that is ready. */
export interface ModelFacts {
  readonly method: string;
  readonly kind: SamplerDescription["kind"];
  /** Its sampler as `midpoint:50`, and in words. */
  readonly sampler: string;
  readonly samplerInWords: string;
  /** Network evaluations per state. */
  readonly nfe: number;
  readonly warning: string | null;
}

/** What a forecast asks for; `states` holds the members one after the other. */
export interface ForecastRequest {
  readonly id: string;
  readonly states: Float32Array;
  readonly members: number;
  readonly step: number;
}

const surrogates = new Map<string, Surrogate>();

function sourceOf(origin: Origin): Source {
  if (typeof origin === "string") return urlSource(origin);
  return verifiedSource(async (file) => {
    const bytes = Object.hasOwn(origin, file) ? origin[file] : undefined;
    if (bytes !== undefined) return bytes;
    throw new ArgumentError({
      problem: `${file} was not among the files`,
      expected: "manifest.json and the .safetensors files of one checkpoint",
      remedy: "Drop the whole folder",
    });
  });
}

const parseSampler = (text: string): SamplerDescription => {
  const [name = "", steps = ""] = text.split(":");
  return samplerNamed(name, Number(steps));
};

const answers = {
  start: (backend: BackendName | "auto") => useBackend(backend),

  /** Loads a model under a name; with a sampler of its own where there is one. */
  async load({ id, origin, sampler }: { id: string; origin: Origin; sampler?: string }) {
    const surrogate = await loadSurrogate(
      sourceOf(origin),
      sampler === undefined ? {} : { sampler: parseSampler(sampler) },
    );
    try {
      requireRegime(surrogate.manifest);
    } catch (error) {
      surrogate.dispose();
      throw error;
    }
    surrogates.get(id)?.dispose();
    surrogates.set(id, surrogate);
    const { manifest, nfe, warning } = surrogate;
    const used = sampler === undefined ? manifest.sampler : parseSampler(sampler);
    const facts: ModelFacts = {
      method: manifest.method,
      kind: used.kind,
      sampler: samplerText(used),
      samplerInWords: samplerInWords(used),
      nfe,
      warning,
    };
    return facts;
  },

  /** The next state of each member; a member has noise of its own, and the same at each start. */
  async forecast({ id, states, members, step }: ForecastRequest) {
    const surrogate = surrogates.get(id) as Surrogate;
    const stepKey = keyFor(0, `playground/${id}`, step);
    const keys = Array.from({ length: members }, (_, member) => foldIn(stepKey, member));
    const previous = tensor(states, [members, regime.seen, regime.seen, 1]);
    const start = performance.now();
    const next = await surrogate.next(previous, keys);
    const values = (await next.data()) as Float32Array;
    const milliseconds = performance.now() - start;
    previous.dispose();
    next.dispose();
    return { states: values, milliseconds, tensors: memory().numTensors };
  },
};

/** What the models' worker answers to. */
export type ModelAnswers = typeof answers;

answer(answers);
