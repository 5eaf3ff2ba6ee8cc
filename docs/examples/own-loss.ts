import type { Experiment } from "@eddyflow/experiments";
import { add, mean, type Scalar, sqrt, square, type Tensor } from "@tensorflow/tfjs-core";

/** √(e² + ε²): a few large errors count less than in the mean square. */
const charbonnier = (error: Tensor): Scalar => mean(sqrt(add(square(error), 1e-4)));

export default {
  name: "own-loss",
  data: { system: "kuramoto-sivashinsky-2d" },
  training: { norm: { kind: "own", norm: charbonnier } },
} satisfies Experiment;
