/**
 * An explicit Runge–Kutta method as data. One step of size h from (t, x) is
 *
 *   kᵢ = v(x + h Σⱼ aᵢⱼ kⱼ, t + cᵢ h),   x′ = x + h Σᵢ bᵢ kᵢ,
 *
 * with Σⱼ aᵢⱼ = cᵢ and Σᵢ bᵢ = 1. Source: Hairer, Nørsett, Wanner, "Solving Ordinary Differential
 * Equations I", section II.1.
 */
export interface ButcherTableau<Name extends string = string> {
  /** What manifests and command lines call it. */
  readonly name: Name;
  /** What reports call it. */
  readonly title: string;
  /** p, where the error of integrating over a fixed interval falls as hᵖ. */
  readonly order: number;
  /** Row i holds the i numbers aᵢⱼ, j < i. */
  readonly a: readonly (readonly number[])[];
  /** One weight per stage; its length is the number of velocity evaluations of a step. */
  readonly b: readonly number[];
  readonly c: readonly number[];
}
