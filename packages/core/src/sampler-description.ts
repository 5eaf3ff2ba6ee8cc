/** How a model is run from noise to data, as plain JSON. */
export type SamplerDescription =
  /** A velocity field, integrated by the Runge–Kutta method of this name, a step per interval of the times. */
  | {
      readonly kind: "integrate";
      /** The name of a Butcher tableau of `@eddyflow/samplers`. */
      readonly tableau: string;
      /** Flow times from 0 to 1, rising. */
      readonly times: readonly number[];
    }
  /** A flow map, followed from each of the times to the next. */
  | { readonly kind: "jump"; readonly times: readonly number[] }
  /** A network that makes the next state at once, in one evaluation without flow times. */
  | { readonly kind: "direct" };
