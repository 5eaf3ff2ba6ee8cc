import type { Params, VelocityField } from "@eddyflow/core";
import { keyFor, normalTensor } from "@eddyflow/random";
import { euler, integrate, midpoint, uniformTimes } from "@eddyflow/samplers";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { BoardPicture } from "./board-picture.ts";
import type { BoardSampler } from "./methods.ts";
import { pointVelocity } from "./point-network.ts";

/** Samples of a picture, how many of them have their path drawn, and the steps of the teacher's paths. */
const [sampleCount, pathCount, pathSteps] = [1500, 24, 32];

/** The states on the way from noise to data; the last is the sample. */
type Way = (noise: Tensor) => readonly Tensor[];

async function drawnWay(seed: number, title: string, way: Way): Promise<BoardPicture> {
  const noise = normalTensor(keyFor(seed, "drawn noise", 0), [sampleCount, 2]);
  const states = [noise, ...way(noise)];
  const values = await Promise.all(states.map((state) => state.data<"float32">()));
  for (const state of states) state.dispose();
  const pointOf = (state: ArrayLike<number>, sample: number) =>
    [state[2 * sample] as number, state[2 * sample + 1] as number] as const;
  return {
    title,
    ends: Float32Array.from(values.at(-1) as ArrayLike<number>),
    paths: Array.from({ length: pathCount }, (_, sample) =>
      Float32Array.from(values.flatMap((state) => pointOf(state, sample))),
    ),
  };
}

/** What is drawn by the name of its file: the teacher in many steps, in a single one, and a student in one evaluation. */
export async function drawnSamples(
  seed: number,
  { teacher, student }: { readonly teacher: Params; readonly student: BoardSampler },
): Promise<Readonly<Record<string, BoardPicture>>> {
  const velocity: VelocityField = (x, y, t) => pointVelocity.apply(teacher, x, y, t);
  const inSteps: Way = (noise) => {
    const times = uniformTimes(pathSteps);
    const states = [noise];
    for (let step = 0; step < pathSteps; step++) {
      const between = [times[step] as number, times[step + 1] as number];
      const from = states[step] as Tensor;
      states.push(integrate(velocity, from, null, { tableau: midpoint, times: between }));
    }
    return states.slice(1);
  };
  const inOne: Way = (noise) => [
    integrate(velocity, noise, null, { tableau: euler, times: uniformTimes(1) }),
  ];
  return {
    "board-teacher": await drawnWay(seed, `The teacher in ${pathSteps} midpoint steps`, inSteps),
    "board-one-step": await drawnWay(seed, "The teacher in one Euler step", inOne),
    "board-student": await drawnWay(seed, "A student in one evaluation", (noise) => [
      student.sample(noise),
    ]),
  };
}
