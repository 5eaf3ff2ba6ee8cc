import { integrateAdaptively, velocityOf } from "@eddyflow/samplers";
import { loadSurrogate } from "@eddyflow/surrogate";
import { noise, previous, source } from "./trained.ts";

const model = await loadSurrogate(source, {
  sampler: async (dynamics, x, y) =>
    (await integrateAdaptively(velocityOf(dynamics), x, y, { relativeTolerance: 1e-3 })).end,
});
console.log((await model.next(previous, noise)).shape, model.evaluations);
