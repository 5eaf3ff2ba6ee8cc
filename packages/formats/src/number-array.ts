/** An array of numbers on the disk. */
export interface NumberArray {
  readonly path: string;
  readonly shape: readonly number[];
  /** Such as "float32" or "big-endian int16, first axis fastest". */
  readonly type: string;
  /** What the file calls its axes; null where it does not. */
  readonly axes: readonly (string | null)[];
  /**
   * A part, the last axis fastest: per axis all of it (`null`) or one index, trailing axes whole; all of it unless given.
   *
   * @throws DataError where it cannot be used.
   */
  read(at?: readonly (number | null)[]): Promise<ArrayLike<number>>;
  /** An attribute as numbers or texts, or undefined where it is absent. */
  attribute(name: string): Promise<readonly (number | string)[] | undefined>;
}
