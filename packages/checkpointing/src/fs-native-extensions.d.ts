/** The part of it that is used; it comes without types. */
declare module "fs-native-extensions" {
  /** Whether the lock of an open file was granted: not where another open file holds it. */
  export function tryLock(fd: number): boolean;
}
