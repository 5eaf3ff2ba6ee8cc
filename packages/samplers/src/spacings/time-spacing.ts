/** How the steps from noise to data lie in flow time. */
export interface TimeSpacing<Name extends string = string> {
  readonly name: Name;
  /** What it is, for a list of choices. */
  readonly about: string;
  /**
   * The flow times 0 = t₀ < t₁ < … < t_N = 1 of so many steps N.
   *
   * @throws ArgumentError unless `steps` is a positive integer.
   */
  readonly times: (steps: number) => readonly number[];
}
