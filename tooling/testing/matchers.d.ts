import "vitest";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the declaration that it is merged with has this default.
  interface Matchers<T = any> {
    /**
     * Holds where actual and expected are as long as each other and |actual − expected| ≤ atol + rtol·|expected| at
     * each index; rtol is 1e-5 and atol 1e-6 unless given, which suits float32. A number in place of an array of
     * expected numbers stands for all of them; NaN is close to nothing.
     */
    toBeAllclose(
      expected: number | ArrayLike<number>,
      tolerance?: { readonly rtol?: number; readonly atol?: number },
    ): T;
  }
}
