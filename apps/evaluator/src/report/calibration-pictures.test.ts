import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { rankPictures, spreadSkillPicture } from "./calibration-pictures.ts";
import { exampleEvaluation } from "./example-evaluation.ts";

const textsOf = (svg = "") =>
  [...parseHTML(svg).document.querySelectorAll("text")].map((text) => text.textContent);

test("rank histograms are drawn over their even share, with whole numbers of members", () => {
  const [picture] = rankPictures(exampleEvaluation);
  const texts = textsOf(picture?.svg);
  expect(texts).toEqual(expect.arrayContaining(["0", "1", "8", "1: calibrated", "teacher"]));
  expect(texts).not.toContain("0.5");
  // The teacher's two ends have (1 + 0.14 · 3.5)/9 each.
  expect(picture?.alt).toContain("teacher 33 %");
});

test("a single forecast is in no picture of calibration", () => {
  expect(textsOf(rankPictures(exampleEvaluation)[0]?.svg)).not.toContain("solver");
  const spread = textsOf(spreadSkillPicture(exampleEvaluation)?.svg);
  expect(spread).toContain("teacher");
  expect(spread).not.toContain("solver");
});

test("where no ensemble was measured there is no picture of calibration", () => {
  const contestants = exampleEvaluation.contestants.filter(({ name }) => name === "solver");
  const evaluation = { ...exampleEvaluation, contestants };
  expect(rankPictures(evaluation)).toEqual([]);
  expect(spreadSkillPicture(evaluation)).toBeNull();
});
