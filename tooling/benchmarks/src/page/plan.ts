import type { NetworkDescription } from "@eddyflow/core";
import { networks } from "../networks.ts";
import type { Pace } from "../plan.ts";

/** What is compared, ours first. */
export type LibraryName =
  | "eddyflow-wasm"
  | "tfjs-wasm"
  | "onnxruntime-wasm"
  | "eddyflow-webgpu"
  | "onnxruntime-webgpu";

/** A library in a page or in Node, on so many threads. */
export interface Contender {
  readonly library: LibraryName;
  readonly place: "page" | "node";
  readonly threads: number;
}

/** Cases of one network that are timed in turns. */
export interface PageGroup {
  readonly name: string;
  readonly title: string;
  readonly description: NetworkDescription & { readonly kind: "velocity" };
  readonly cases: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly batch: number;
  }[];
  readonly libraries: readonly LibraryName[];
  /** Whether a single evaluation takes seconds: then few are made, and none in a quick run that does not ask for it. */
  readonly isSlow: boolean;
}

/** The network of the playground's models. */
export const studentNetwork: PageGroup["description"] = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [16, 32, 48],
  padding: ["periodic", "periodic"],
};

const onWasm: readonly LibraryName[] = ["eddyflow-wasm", "tfjs-wasm", "onnxruntime-wasm"];

const caseOf = (name: string, points: number, batch: number) => ({
  name: `${name}/${points}-batch${batch}`,
  shape: [points, points],
  batch,
});

const student = {
  title: "the playground's network, 16, 32, 48 channels",
  description: studentNetwork,
  cases: [32, 64, 128].map((points) => caseOf("student", points, 1)),
};

export const groups: readonly PageGroup[] = [
  { ...student, name: "student", libraries: onWasm, isSlow: false },
  {
    name: "ns2d",
    title: "the network of ns2d, 64, 96, 96, 128 channels",
    description: networks.ns2d.description,
    cases: [1, 8].map((batch) => caseOf("ns2d", 64, batch)),
    libraries: onWasm,
    isSlow: false,
  },
  {
    ...student,
    name: "webgpu",
    libraries: ["eddyflow-webgpu", "onnxruntime-webgpu"],
    // The processor plays the graphics card.
    isSlow: true,
  },
];

/** Who takes part in a group, on a machine of so many threads. */
export function contendersOf({ libraries }: PageGroup, threads: number): readonly Contender[] {
  const counts = threads > 1 ? [1, threads] : [1];
  return libraries.flatMap((library): readonly Contender[] => {
    // A graphics card has no threads that one chooses; isolation gives the rest of onnxruntime some.
    if (library.endsWith("webgpu")) return [{ library, place: "page", threads: 1 }];
    const inPage = counts.map((count) => ({ library, place: "page", threads: count }) as const);
    // Stock tfjs starts no threads in Node.
    const own = library === "tfjs-wasm" ? [1] : counts;
    return [
      ...inPage,
      ...own.map((count) => ({ library, place: "node", threads: count }) as const),
    ];
  });
}

export const contenderName = ({ library, place, threads }: Contender): string =>
  `${library} ${place} ${threads}`;

export function paceOf({ isSlow }: PageGroup, quick: boolean): Pace {
  const [many, few] = isSlow ? [2, 1] : [6, 2];
  return quick ? { rounds: few, turnSeconds: 0.3 } : { rounds: many, turnSeconds: 0.5 };
}
