/**
 * A path as the evaluator's `--models` reads it: in double quotes where it holds what separates entries, runs or a sampler.
 */
export const pathInModels = (path: string): string =>
  /[,|@"]|^\s|\s$/u.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
