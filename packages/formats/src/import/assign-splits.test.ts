import { expect, test } from "vitest";
import { assignSplits } from "./assign-splits.ts";
import { type ImportTrajectory, splits } from "./import-source.ts";

const trajectory = (file: string, where = file): ImportTrajectory => ({
  ...{ where, file, frames: 3, parameters: {}, split: null },
  read: async () => new Float32Array(0),
});
const many = (count: number) => Array.from({ length: count }, (_, i) => trajectory(`run${i}.npy`));

test.for(["80,10,10", "20,20,60", "5,25,70", "34,33,33", "1,98,1", "98,1,1"])(
  "shares of %s give each split one of three trajectories at least, and each trajectory to one split",
  (text) => {
    for (let count = 3; count <= 40; count++) {
      const all = many(count);
      const { parts } = assignSplits(all, { splits: text });
      const used = splits.flatMap((split) => parts[split]);
      expect(new Set(used)).toEqual(new Set(all));
      expect(used).toHaveLength(count);
      for (const split of splits) expect(parts[split].length).toBeGreaterThan(0);
    }
    const { parts } = assignSplits(many(100), { splits: text });
    expect(splits.map((split) => parts[split].length).join()).toBe(text);
  },
);

test("files of one name in several folders are told by their paths", () => {
  const all = ["a", "b", "c"].map((folder) => trajectory(`/data/${folder}/run.npy`));
  const { parts } = assignSplits(all, {
    splits: "train=c/run.npy,validation=a/run.npy,test=b/run.npy",
    from: "/data",
  });
  expect(splits.map((split) => parts[split])).toEqual([2, 0, 1].map((i) => [all[i]]));
  expect(() =>
    assignSplits(all, {
      splits: "train=run.npy,validation=a/run.npy,test=b/run.npy",
      from: "/data",
    }),
  ).toThrow('--splits names the file "run.npy"');
});

test("trajectories that no list names are left out, and it is said which", () => {
  const { parts, assumed } = assignSplits(many(7), { splits: "train=0-1,validation=2,test=3" });
  expect(parts.train).toHaveLength(2);
  expect(assumed).toBe("in no split, and left out: run4.npy, run5.npy, run6.npy");
});
