import { uniformTimes } from "../uniform-times.ts";
import type { TimeSpacing } from "./time-spacing.ts";

/**
 * Steps that are short near noise and near data, tᵢ = (1 − cos πi/N)/2: the extrema of Chebyshev's polynomial.
 *
 * A mode whose deviation in the data is σ follows √((1 − t)² + t²σ²), which bends where t is about 1/(1 + σ): modes of
 * much energy early, modes of little energy late. A flow has both kinds, since its spectrum falls. Of a mode with σ = .02
 * ten midpoint steps leave .95 of the deviation, and .52 if they are equal. Choose it for a method of second order or more
 * and five steps or more; for two and fewer it is the uniform spacing.
 */
export const cosineSpacing: TimeSpacing<"cosine"> = {
  name: "cosine",
  about: "short near noise and near data, where paths bend",
  times: (steps) =>
    // sin² is accurate near 0 too.
    uniformTimes(steps).map((s) =>
      s <= 0.5 ? Math.sin((Math.PI / 2) * s) ** 2 : 1 - Math.sin((Math.PI / 2) * (1 - s)) ** 2,
    ),
};
