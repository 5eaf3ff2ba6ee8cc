/** A Threefry-2x32 key: two unsigned 32-bit words. Made and split by `@eddyflow/random`. */
export type Key = readonly [number, number];
