import { uniformTimes } from "../uniform-times.ts";
import type { TimeSpacing } from "./time-spacing.ts";

/** Equal steps, tᵢ = i/N. */
export const uniformSpacing: TimeSpacing<"uniform"> = {
  name: "uniform",
  about: "equal ones",
  times: uniformTimes,
};
