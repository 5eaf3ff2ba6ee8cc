import { ArgumentError, type Params, ShapeError } from "@eddyflow/core";
import {
  add,
  clone,
  dispose,
  mul,
  reshape,
  type Scalar,
  slice,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";

/** A loss with its terms and its gradient. */
export type Differentiated = {
  readonly loss: Scalar;
  readonly terms: Readonly<Record<string, Scalar>>;
  readonly gradients: Params;
};

type Targets = Readonly<Record<string, Tensor>>;

interface PartsOptions {
  /** Of the batch. */
  readonly rows: number;
  readonly parts: number;
  /** As an objective's `rowAxes`. */
  readonly axes?: Readonly<Record<string, number>> | undefined;
}

/**
 * Differentiates the targets of a batch part by part and adds up: Σₚ (rowsₚ / rows) · differentiate(part p). That is the
 * loss and the gradient of the whole batch to rounding, where the loss is a mean over its rows.
 *
 * @param targets - each `[k · rows, ...]` with k whole, all rows k times over; or with that axis where `axes` says. A
 *   scalar is given to each part.
 * @throws ArgumentError where there are fewer rows than parts, ShapeError for targets without such an axis.
 */
export function inParts<Own extends Targets>(
  targets: Own,
  { rows, parts, axes = {} }: PartsOptions,
  differentiate: (targets: Own) => Differentiated,
): Differentiated {
  if (parts === 1) return differentiate(targets);
  if (!(Number.isInteger(parts) && parts >= 1 && parts <= rows)) {
    throw new ArgumentError({
      problem: `a batch of ${rows} cannot be computed in ${parts} parts`,
      expected: `a whole number from 1 to ${rows}`,
      remedy: "lower batchParts, or raise batchSize",
    });
  }
  let total: Differentiated | null = null;
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * rows) / parts);
    const to = Math.floor(((part + 1) * rows) / parts);
    const own = tidy(
      () =>
        Object.fromEntries(
          Object.entries(targets).map(([name, target]) => {
            const axis = axes[name] ?? 0;
            return [name, rowsOf(target, { from, to, rows, axis })];
          }),
        ) as Own,
    );
    const found = differentiate(own);
    dispose({ ...own });
    const before: Differentiated | null = total;
    total = tidy((): Differentiated => {
      const share = combined(found, found, (value) => mul(value, (to - from) / rows));
      return before === null ? share : combined(before, share, add);
    });
    for (const each of before === null ? [found] : [found, before]) {
      dispose([each.loss, ...Object.values(each.terms), ...Object.values(each.gradients)]);
    }
  }
  return total as unknown as Differentiated;
}

/** Rows `from` … `to` − 1 of each of the k times that the batch is repeated along an axis. */
function rowsOf(
  x: Tensor,
  {
    from,
    to,
    rows,
    axis,
  }: { readonly from: number; readonly to: number; readonly rows: number; readonly axis: number },
): Tensor {
  if (x.rank === 0) return clone(x);
  const [before, all = 0, after] = [x.shape.slice(0, axis), x.shape[axis], x.shape.slice(axis + 1)];
  if (all === 0 || all % rows !== 0) {
    throw new ShapeError({
      problem: `a target of shape [${x.shape.join(", ")}] cannot be cut into parts of a batch of ${rows}`,
      expected: `an axis ${axis} that counts the rows of the batch, once or several times`,
      remedy: "name the axis in the objective's rowAxes, or train with batchParts=1",
    });
  }
  const times = all / rows;
  const repeated = reshape(x, [...before, times, rows, ...after]);
  const begin = repeated.shape.map((_, i) => (i === axis + 1 ? from : 0));
  const size = repeated.shape.map((n, i) => (i === axis + 1 ? to - from : n));
  return reshape(slice(repeated, begin, size), [...before, times * (to - from), ...after]);
}

function combined(
  a: Differentiated,
  b: Differentiated,
  combine: (x: Tensor, y: Tensor) => Tensor,
): Differentiated {
  const each = <Values extends Targets>(x: Values, y: Values): Values =>
    Object.fromEntries(
      Object.entries(x).map(([name, value]) => [name, combine(value, y[name] as Tensor)]),
    ) as unknown as Values;
  return {
    loss: combine(a.loss, b.loss) as Scalar,
    terms: each(a.terms, b.terms),
    gradients: each(a.gradients, b.gradients),
  };
}
