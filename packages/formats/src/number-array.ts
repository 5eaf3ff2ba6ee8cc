/** An array of numbers on the disk. */
export interface NumberArray {
  readonly path: string;
  readonly shape: readonly number[];
  /** The part at these indices along the first axes; all of it unless given. @throws DataError where it cannot be used. */
  read(at?: readonly number[]): Promise<ArrayLike<number>>;
}
