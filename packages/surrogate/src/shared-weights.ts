import type { Params } from "@eddyflow/core";
import { dispose } from "@tensorflow/tfjs-core";

/** Weights that the surrogates of one checkpoint share. */
export interface SharedWeights {
  /** The weights of these sets, read where nobody has asked for them before. Each call is answered by one of `release`. */
  hold(sets: readonly string[]): Promise<Readonly<Record<string, Params>>>;
  /** Frees all weights when every call of `hold` has its `release`. */
  release(): void;
}

/** @param load - reads the weights of a set. */
export function sharedWeights(load: (set: string) => Promise<Params>): SharedWeights {
  const held = new Map<string, Promise<Params>>();
  const loaded: Params[] = [];
  let holders = 0;
  const release = () => {
    holders--;
    if (holders === 0) for (const params of loaded.splice(0)) dispose(params);
  };
  const read = async (set: string) => {
    try {
      const params = await load(set);
      loaded.push(params);
      return params;
    } catch (error) {
      // A connection that failed may be back when the set is asked for again.
      held.delete(set);
      throw error;
    }
  };
  return {
    release,
    async hold(sets) {
      holders++;
      try {
        const found: Record<string, Params> = {};
        for (const set of sets) {
          let reading = held.get(set);
          if (reading === undefined) {
            reading = read(set);
            held.set(set, reading);
          }
          found[set] = await reading;
        }
        return found;
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}
