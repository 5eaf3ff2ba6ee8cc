import type { Layout } from "./layout.ts";
import { picturedChannels, pictureOf } from "./picture-of.ts";

/** Fields `[row, column]` of a rollout: by channel, then by step. */
type Frames = readonly (readonly Float32Array[])[];

/** The steps of a rollout that are drawn; 0 is the initial state. */
export interface PicturedSteps {
  /** The few that stand side by side. */
  readonly stills: readonly number[];
  /** Those that follow each other in the animation. */
  readonly animation: readonly number[];
}

/** What is drawn of one contestant, or of the truth. */
export interface PicturedFields {
  /** The first member at the still steps: by channel, in the order of `picturedChannels`, then by step. */
  readonly member: Frames;
  /** Mean and standard deviation (divisor members − 1) of the ensemble, likewise; null where it has one member. */
  readonly ensemble: { readonly mean: Frames; readonly spread: Frames } | null;
  /** The first member's first channel at the steps of the animation. */
  readonly animation: readonly Float32Array[];
}

const numStills = 6;
const numAnimated = 25;

/** Evenly spread steps from the initial state to the last; step 1 is always among the stills. */
export function stepsToPicture(length: number): PicturedSteps {
  const spread = (count: number) =>
    Array.from({ length: count }, (_, i) => Math.round((i * length) / (count - 1)));
  const sorted = (steps: readonly number[]) => [...new Set(steps)].toSorted((a, b) => a - b);
  return {
    stills: sorted([0, 1, ...spread(numStills - 1)]),
    animation: sorted(spread(numAnimated)),
  };
}

/** The fields that are drawn of one rollout, collected step by step. */
export interface FieldCollector {
  /** Takes the ensemble of a step, one state `[...space, channel]` per member. */
  add(step: number, members: readonly Float32Array[]): void;
  fields(): PicturedFields;
}

/** Collects the pictured steps of a rollout; other steps are passed over. */
export function collectFields(layout: Layout, steps: PicturedSteps): FieldCollector {
  const channels = picturedChannels(layout);
  const member: Float32Array[][] = channels.map(() => []);
  const mean: Float32Array[][] = channels.map(() => []);
  const spread: Float32Array[][] = channels.map(() => []);
  const animation: Float32Array[] = [];
  let isEnsemble = false;
  return {
    add(step, members) {
      const [first] = members;
      if (first === undefined) return;
      isEnsemble ||= members.length > 1;
      if (steps.animation.includes(step))
        animation.push(pictureOf(first, layout, channels[0] ?? ""));
      if (!steps.stills.includes(step)) return;
      channels.forEach((channel, index) => {
        const pictures = members.map((state) => pictureOf(state, layout, channel));
        const moments = momentsOf(pictures);
        member[index]?.push(pictures[0] as Float32Array);
        mean[index]?.push(moments.mean);
        spread[index]?.push(moments.spread);
      });
    },
    fields: () => ({ member, ensemble: isEnsemble ? { mean, spread } : null, animation }),
  };
}

/** The fields of some steps, followed by those of later steps of the same ensemble. */
export function joinedFields(first: PicturedFields, then: PicturedFields): PicturedFields {
  const joined = (a: Frames, b: Frames): Frames =>
    a.map((frames, channel) => [...frames, ...(b[channel] ?? [])]);
  return {
    member: joined(first.member, then.member),
    ensemble: first.ensemble &&
      then.ensemble && {
        mean: joined(first.ensemble.mean, then.ensemble.mean),
        spread: joined(first.ensemble.spread, then.ensemble.spread),
      },
    animation: [...first.animation, ...then.animation],
  };
}

/** Mean and standard deviation at each point; the deviation is 0 where there is one field. */
function momentsOf(fields: readonly Float32Array[]): {
  readonly mean: Float32Array;
  readonly spread: Float32Array;
} {
  const count = fields.length;
  const mean = new Float32Array(fields[0]?.length ?? 0);
  const spread = new Float32Array(mean.length);
  for (let point = 0; point < mean.length; point++) {
    let sum = 0;
    for (const field of fields) sum += field[point] as number;
    const centre = sum / count;
    let squares = 0;
    for (const field of fields) squares += ((field[point] as number) - centre) ** 2;
    mean[point] = centre;
    spread[point] = Math.sqrt(squares / Math.max(1, count - 1));
  }
  return { mean, spread };
}
