/**
 * The processes of a job that work on one task together, each with the same program: their number, which of them this is,
 * and what they tell each other. Every operation is collective: all ranks call the same ones in the same order, with
 * arguments of the same length where nothing else is said.
 */
export interface Communicator {
  /** The number of this process, 0 … size − 1. */
  readonly rank: number;
  readonly size: number;
  /** What carries the messages, such as "Open MPI 4.1.4". */
  readonly about: string;
  /** Replaces the values, in each rank, by the sums over all ranks, which are the same to the bit everywhere. */
  allReduceSum(values: Float32Array | Float64Array): Promise<void>;
  /** The bytes of rank 0, in every rank; what the others give is not read, and may have any length. */
  broadcast(bytes: Uint8Array): Promise<Uint8Array>;
  /** At rank 0 the bytes of all ranks in their order, elsewhere nothing. Lengths may differ. */
  gather(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** Waits until all ranks have come here. */
  barrier(): Promise<void>;
  /** Ends the processes of all ranks with this exit code, from any one of them, whatever the others do. */
  abort(code: number): never;
  /** Waits for all ranks, and leaves the job; nothing can be told afterwards. */
  close(): Promise<void>;
}
