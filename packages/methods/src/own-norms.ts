import { ArgumentError } from "@eddyflow/core";
import type { Norm } from "@eddyflow/losses";

/** How large an error is, of one's own: a scalar of an error `[batch, ...space, channel]` and its flow times `[batch]`. */
export type OwnNorm = Norm;

/** Norms of one's own by the names that recipes have for them. */
export type OwnNorms = Readonly<Record<string, OwnNorm>>;

/**
 * The norm of one's own of a name.
 *
 * @throws ArgumentError where it is not among the norms that are given.
 */
export function ownNorm(name: string, norms: OwnNorms): OwnNorm {
  const found = Object.hasOwn(norms, name) ? norms[name] : undefined;
  if (found !== undefined) return found;
  throw new ArgumentError({
    problem: `there is no norm "${name}" of one's own`,
    expected: 'a function in the experiment module: norm: { kind: "own", norm: … }',
    remedy: "name that module on the command line, or write norm.kind=l2",
  });
}
