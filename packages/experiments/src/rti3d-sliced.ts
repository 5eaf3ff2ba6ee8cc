import type { RayleighTaylorInput } from "@eddyflow/systems";
import type { Experiment } from "./experiment.ts";
import { rti3dFull } from "./rti3d-full.ts";

/** What is seen: the upright plane [z, y] at x = ½, with the velocity across it too. */
const observation = [{ kind: "slice", axis: 2, at: 0.5 }] as const;

/**
 * The runs of `rti3d_full` seen in one upright plane of 128² cells: what happens beside it is not known, so that the
 * next state is uncertain. The network is that of Harder et al., arXiv 2511.04641 (rti3d_sliced of their repository):
 * U-Net (128, 196, 196, 256) of planes, 8,517,976 parameters for the velocity field. Periodic along y, it is padded with
 * zeros at the walls.
 */
export const rti3dSliced: Experiment<RayleighTaylorInput> = {
  ...rti3dFull,
  name: "rti3d_sliced",
  data: { ...rti3dFull.data, observation },
  network: { features: [128, 196, 196, 256], position: [0] },
  small: {
    ...rti3dFull.small,
    data: { ...rti3dFull.small?.data, observation },
    network: { features: [8, 16] },
  },
};
