import type { OwnNetwork } from "@eddyflow/core";
import type { Experiment } from "@eddyflow/experiments";
import { normalTensor } from "@eddyflow/random";
import { add, concat, conv2d, reshape, type Tensor4D, tidy, zeros } from "@tensorflow/tfjs-core";

/** One convolution of (x, y, t), or of (x, y, t, δ) in a map: the least that can be trained. */
export const plain: OwnNetwork = ({ kind, stateChannels, conditionChannels }) => {
  const inputs = stateChannels + conditionChannels + (kind === "velocity" ? 1 : 2);
  return {
    init: (key) => ({ w: normalTensor(key, [3, 3, inputs, stateChannels]) }),
    apply: ({ w }, x, y, ...times) =>
      tidy(() => {
        const empty = zeros([...x.shape.slice(0, -1), 1]);
        const fields = times.map((t) => add(empty, reshape(t, [-1, 1, 1, 1])));
        const all = concat([x, ...(y === null ? [] : [y]), ...fields], -1) as Tensor4D;
        return conv2d(all, w as Tensor4D, 1, "same");
      }),
  };
};

export default {
  name: "own-network",
  data: { system: "kuramoto-sivashinsky-2d" },
  network: { own: plain },
} satisfies Experiment;
