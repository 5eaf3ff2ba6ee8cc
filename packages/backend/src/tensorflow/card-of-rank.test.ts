import { expect, test } from "vitest";
import { cardOfRank } from "./card-of-rank.ts";

const cardsOf = (ranks: number, visible: string | undefined, cards: number) =>
  Array.from({ length: ranks }, (_, rank) => cardOfRank(rank, visible, cards));

test("the ranks of a machine take its cards in turn", () => {
  expect(cardsOf(4, undefined, 4)).toEqual(["0", "1", "2", "3"]);
  expect(cardsOf(3, undefined, 2)).toEqual(["0", "1", "0"]);
});

test("they take none but those that the launcher shows", () => {
  expect(cardsOf(2, "3, GPU-5a", 8)).toEqual(["3", "GPU-5a"]);
  expect(cardsOf(3, "2,5,-1,6", 8)).toEqual(["2", "5", "2"]);
});

test.each([
  ["a card that the launcher chose for each rank", "6", 8],
  ["no card at all", undefined, 0],
  ["a single card", undefined, 1],
  ["cards that are hidden", "", 8],
  ["cards that are hidden by a number", "-1", 8],
] as const)("%s is left as it is", (_, visible, cards) => {
  expect(cardsOf(2, visible, cards)).toEqual([null, null]);
});
