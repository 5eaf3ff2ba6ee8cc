import { expect, test } from "vitest";
import type { Communicator } from "./communicator.ts";
import { inProcess } from "./in-process.ts";
import { nodeShare } from "./node-share.ts";
import { oneProcess } from "./one-process.ts";
import { broadcastValue, gatherValues, isAny } from "./values.ts";

const inAll = <T>(size: number, work: (communicator: Communicator) => Promise<T>): Promise<T[]> =>
  Promise.all(inProcess(size).map(work));

test.each([1, 2, 5])("%i ranks get the same sums", async (size) => {
  const sums = await inAll(size, async ({ rank, allReduceSum }) => {
    const values = Float64Array.of(rank, 1, 0.5 ** rank);
    await allReduceSum(values);
    return [...values];
  });
  const expected = [(size * (size - 1)) / 2, size, 2 - 2 * 0.5 ** size];
  for (const each of sums) expect(each).toEqual(expected);
});

test("a sum with something that is not finite is not finite in any rank", async () => {
  const sums = await inAll(3, async ({ rank, allReduceSum }) => {
    const values = Float32Array.of(rank === 1 ? Number.NaN : 1);
    await allReduceSum(values);
    return values[0];
  });
  expect(sums).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test("rank 0 gathers bytes of any length in the order of the ranks, and its own reach all", async () => {
  const gathered = await inAll(3, ({ rank, gather }) => gather(new Uint8Array(rank).fill(rank)));
  expect(gathered.map((all) => all.map((bytes) => [...bytes]))).toEqual([
    [[], [1], [2, 2]],
    [],
    [],
  ]);
  const copies = await inAll(3, ({ rank, broadcast }) =>
    broadcast(new Uint8Array(2).fill(7 - rank)),
  );
  expect(copies.map((bytes) => [...bytes])).toEqual([
    [7, 7],
    [7, 7],
    [7, 7],
  ]);
});

test("values travel as JSON carries them", async () => {
  const values = await inAll(2, async (communicator) => ({
    gathered: await gatherValues(communicator, { rank: communicator.rank }),
    told: await broadcastValue(communicator, `of ${communicator.rank}`),
    any: await isAny(communicator, communicator.rank === 1),
    none: await isAny(communicator, false),
  }));
  const both = { told: "of 0", any: true, none: false };
  expect(values).toEqual([
    { gathered: [{ rank: 0 }, { rank: 1 }], ...both },
    { gathered: [], ...both },
  ]);
});

test("ranks of one machine that are bound to no cores of their own share them", async () => {
  const [alone] = await Promise.all([nodeShare(oneProcess())]);
  const shares = await inAll(2, nodeShare);
  expect(shares.map(({ rank, size }) => [rank, size])).toEqual([
    [0, 2],
    [1, 2],
  ]);
  for (const { cores } of shares) expect(cores).toBe(Math.max(1, Math.floor(alone.cores / 2)));
});

test("an abort of one rank ends what the others wait for", async () => {
  const ends = await Promise.allSettled(
    inProcess(3).map(async ({ rank, barrier, abort }) => {
      if (rank === 2) abort(2);
      await barrier();
    }),
  );
  for (const end of ends) {
    expect(end).toMatchObject({ reason: { message: "rank 2 ended the job with code 2" } });
  }
});

test("ranks that do not do the same in the same order are told so", async () => {
  const ends = await Promise.allSettled(
    inProcess(2).map(({ rank, barrier, gather }) =>
      rank === 0 ? barrier() : gather(new Uint8Array(1)),
    ),
  );
  for (const end of ends) {
    expect(String((end as PromiseRejectedResult).reason)).toContain(
      "rank 1 is at gather, and others at barrier",
    );
  }
  expect(() => inProcess(0)).toThrow("a job cannot have 0 ranks");
});
