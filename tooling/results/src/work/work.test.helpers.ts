import type { Work } from "./work.ts";

/** A work without an app of its own, for what is asked of works in general. */
export const workCalled = (name: string, needs: readonly Work[] = []): Work => ({
  ...{ title: name, app: "trainer", key: name, folder: name, needs, seconds: 1, begun: name },
  args: (begun) => [begun ? "--resume" : "--new", "--name", name],
});
