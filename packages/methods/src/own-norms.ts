import { ArgumentError } from "@eddyflow/core";
import type { Norm } from "@eddyflow/losses";

/** How large an error is, of one's own: a scalar of an error `[batch, ...space, channel]` and its flow times `[batch]`. */
export type OwnNorm = Norm;

const norms = new Map<string, OwnNorm>();

/** Makes a norm of one's own known by a name, for as long as the process lives. */
export function addNorm(name: string, norm: OwnNorm): void {
  norms.set(name, norm);
}

/**
 * The norm of one's own of a name.
 *
 * @throws ArgumentError where no module that was named brings it.
 */
export function ownNorm(name: string): OwnNorm {
  const found = norms.get(name);
  if (found !== undefined) return found;
  throw new ArgumentError({
    problem: `there is no norm "${name}" of one's own`,
    expected: 'a function in the experiment module: norm: { kind: "own", norm: … }',
    remedy: "name that module on the command line, or write norm.kind=l2",
  });
}
