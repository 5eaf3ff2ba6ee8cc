import { type EngineName, type Presence, torchFloat32, torchMixed } from "./engines.ts";
import type { Machine } from "./machine.ts";
import { medianOf } from "./median-of.ts";
import type { Group } from "./plan.ts";
import type { EngineRun, Failed, GroupResult, Timing } from "./run-group.ts";

/** A timing in the words of the table. */
export interface Row extends Timing {
  readonly title: string;
  readonly minimum: number;
  readonly median: number;
  /** Minimum, over the best minimum of PyTorch in the same precision, or of NumPy where that is the peer; or null. */
  readonly ratio: number | null;
  /** GFLOP/s at the minimum; null where operations are not counted. */
  readonly rate: number | null;
  /** Of the largest rate that any engine reached in the same precision; null likewise. */
  readonly fractionOfPeak: number | null;
}

/** Ratios of ours to PyTorch's best, smaller is better; null where either is absent. */
interface Summary {
  readonly stepBatch1: number | null;
  readonly stepBatch4: number | null;
  readonly stepBatch8: number | null;
  readonly forwardBatch8: number | null;
  readonly step3d: number | null;
  /** Peak memory at batch 8, to that of the thriftier of eager and channels-last. */
  readonly memory: number | null;
  /** Our mixed precision to PyTorch's better autocast. */
  readonly mixedStepBatch8: number | null;
  /** Our mixed precision to our own float32, at batch 8. */
  readonly mixedToFloat32: number | null;
}

export interface Report {
  readonly date: string;
  readonly quick: boolean;
  readonly seconds: number;
  readonly machine: Machine;
  /** Largest GFLOP/s that any engine reached in a product or convolution. */
  readonly peak: { readonly float32: number | null; readonly bfloat16: number | null };
  readonly summary: Summary;
  readonly rows: readonly Row[];
  readonly runs: readonly EngineRun[];
  /** Engines that the machine lacks, with the reason. */
  readonly absent: readonly { readonly engine: string; readonly reason: string }[];
  readonly failed: readonly Failed[];
}

const ours: EngineName = "eddyflow";
const oursMixed: EngineName = "eddyflow-mixed";

const isLow = (engine: string) => engine.includes("autocast") || engine === oursMixed;

/** The smallest value, or null of none. */
const least = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.min(...values);

const over = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a / b;

export interface ReportOptions {
  readonly quick: boolean;
  readonly seconds: number;
  readonly date: string;
  readonly machine: Machine;
  readonly groups: readonly Group[];
  readonly results: readonly GroupResult[];
  readonly presences: readonly Presence[];
}

/** Makes minima, ratios and fractions of what was measured; what is missing stays null. */
export function makeReport({
  quick,
  seconds,
  date,
  machine,
  groups,
  results,
  presences,
}: ReportOptions): Report {
  const timings = results.flatMap((result) => result.timings);
  const runs = results.flatMap((result) => result.runs);
  const cases = new Map(
    groups.flatMap((group) => group.cases.map((one) => [one.name, one] as const)),
  );
  const minimumOf = (name: string, engines: readonly string[]): number | null =>
    least(
      timings
        .filter((timing) => timing.name === name && engines.includes(timing.engine))
        .flatMap(({ milliseconds }) => milliseconds),
    );
  const rateOf = (timing: Timing): number | null => {
    const flops = cases.get(timing.name)?.flops;
    return flops === undefined ? null : flops / Math.min(...timing.milliseconds) / 1e6;
  };
  const peakOf = (low: boolean): number | null => {
    const rates = timings
      .filter(({ group, engine }) => group === "rate" && isLow(engine) === low)
      // Our convolution saves products, so its rate is not the hardware's.
      .filter(({ name, engine }) => name === "rate/product" || engine !== ours)
      .map((timing) => rateOf(timing) as number);
    return rates.length === 0 ? null : Math.max(...rates);
  };
  const peak = { float32: peakOf(false), bfloat16: peakOf(true) };
  const rows = timings.map((timing): Row => {
    const minimum = Math.min(...timing.milliseconds);
    const isSimulator = cases.get(timing.name)?.work.kind === "simulator";
    const torch = isLow(timing.engine) ? torchMixed : torchFloat32;
    const peers = isSimulator ? ["numpy"] : torch;
    const rate = rateOf(timing);
    return {
      ...timing,
      title: groups.find(({ name }) => name === timing.group)?.title ?? timing.group,
      minimum,
      median: medianOf(timing.milliseconds),
      ratio: over(minimum, minimumOf(timing.name, peers)),
      rate,
      fractionOfPeak: over(rate, isLow(timing.engine) ? peak.bfloat16 : peak.float32),
    };
  });
  const memoryOf = (engines: readonly string[]) =>
    least(
      runs
        .filter(({ group, engine }) => group === "ns2d-batch8" && engines.includes(engine))
        .map(({ peakBytes }) => peakBytes),
    );
  const toTorch = (name: string) => over(minimumOf(name, [ours]), minimumOf(name, torchFloat32));
  const step8 = "ns2d-batch8/step";
  return {
    date,
    quick,
    seconds,
    machine,
    peak,
    summary: {
      stepBatch1: toTorch("ns2d-batch1/step"),
      stepBatch4: toTorch("ns2d-batch4/step"),
      stepBatch8: toTorch(step8),
      forwardBatch8: toTorch("ns2d-batch8/forward"),
      step3d: toTorch("rti3d_full/step"),
      memory: over(memoryOf([ours]), memoryOf(torchFloat32)),
      mixedStepBatch8: over(minimumOf(step8, [oursMixed]), minimumOf(step8, torchMixed)),
      mixedToFloat32: over(minimumOf(step8, [oursMixed]), minimumOf(step8, [ours])),
    },
    rows,
    runs,
    absent: presences.flatMap((presence) =>
      "absent" in presence && groups.some(({ engines }) => engines.includes(presence.name))
        ? [{ engine: presence.name, reason: presence.absent }]
        : [],
    ),
    failed: results.flatMap((result) => result.failed),
  };
}
