/** A kind of file that the project reads, with a small whole one to damage. */
export interface FuzzKind {
  readonly name: string;
  /** Whether it is ours with its checksums: then no other value than the whole file's may be accepted. */
  readonly isSealed: boolean;
  /** Whether every single-bit flip is tried. Formats with a kind of their own for it need it once. */
  readonly isFlipped: boolean;
  readonly family: "hdf5" | "others";
  /** Writes whole files into an empty folder. Returns the path of the one to damage. */
  write(folder: string): Promise<string>;
  /** Reads everything from the folder: plain data and typed arrays. */
  read(folder: string): Promise<unknown>;
}
