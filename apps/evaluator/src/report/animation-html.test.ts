import { decode } from "fast-png";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { animationHtml } from "./animation-html.ts";
import { animationScript } from "./animation-script.ts";
import { exampleEvaluation } from "./example-evaluation.ts";

const html = animationHtml(exampleEvaluation);

/** The page after its script has run, and what its timers would call. */
function running({ lessMotion }: { readonly lessMotion: boolean }) {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  const timers = new Map<number, () => void>();
  const given = {
    document,
    matchMedia: () => ({ matches: lessMotion, addEventListener: () => {} }),
    setInterval: (call: () => void) => timers.set(timers.size + 1, call).size,
    clearInterval: (id: number) => timers.delete(id),
  };
  new Function(...Object.keys(given), animationScript)(...Object.values(given));
  const { Event } = parseHTML("<html></html>");
  const find = (tag: string) => {
    const element = document.querySelector(tag);
    if (element === null) throw new Error(tag);
    return element;
  };
  return {
    timers,
    shown: () => find("output").textContent,
    button: () => find("button").textContent,
    press: () => find("button").dispatchEvent(new Event("click")),
    slide: (frame: number) => {
      find("input").setAttribute("value", String(frame));
      find("input").dispatchEvent(new Event("input"));
    },
    heights: () =>
      [...document.querySelectorAll(".film image")].map((film) => film.getAttribute("y")),
    controls: () => find(".controls").hasAttribute("hidden"),
  };
}

test("truth and models lie in one picture each, all frames above each other", () => {
  const { document } = parseHTML(html);
  const names = [...document.querySelectorAll(".film > div")].map((name) => name.textContent);
  expect(names).toEqual(["truth", "solver", "teacher", "flow", "velocity_pd-2", "velocity_pd-1"]);
  const source = document.querySelector("image")?.getAttribute("href")?.split(",")[1] ?? "";
  const { width, height } = decode(Buffer.from(source, "base64"));
  expect([width, height]).toEqual([32, 9 * 32]);
});

test("nothing moves before Play, and Pause stops it", () => {
  const page = running({ lessMotion: false });
  expect(page.controls()).toBe(false);
  expect([page.timers.size, page.button(), page.shown()]).toEqual([0, "Play", "t = 8"]);
  page.press();
  expect([page.timers.size, page.button(), page.shown()]).toEqual([1, "Pause", "t = 10"]);
  for (const call of page.timers.values()) call();
  expect(page.shown()).toBe("t = 12");
  page.press();
  expect([page.timers.size, page.button()]).toEqual([0, "Play"]);
});

test("the slider shows its time in every field and stops what moves", () => {
  const page = running({ lessMotion: false });
  page.press();
  page.slide(2);
  expect([page.timers.size, page.shown()]).toEqual([0, "t = 4"]);
  expect(new Set(page.heights())).toEqual(new Set(["-200"]));
});

test("for those who ask for less motion the button goes on by one frame", () => {
  const page = running({ lessMotion: true });
  expect(page.button()).toBe("Next frame");
  page.press();
  expect([page.timers.size, page.shown()]).toEqual([0, "t = 10"]);
});

/** The animation of truth and teacher on so many points, in 25 frames. */
function onPoints(shape: readonly [number, number]): string {
  const { pictured, contestants } = exampleEvaluation;
  if (pictured === null) return expect.unreachable();
  const animation = Array.from({ length: 25 }, () => new Float32Array(shape[0] * shape[1]));
  const fields = { ...pictured.truth, animation };
  const steps = { ...pictured.steps, animation: animation.map((_, step) => step) };
  return animationHtml({
    ...exampleEvaluation,
    contestants: contestants
      .filter(({ name }) => name === "teacher")
      .map((contestant) => ({ ...contestant, frames: fields })),
    pictured: { ...pictured, shape, steps, truth: fields },
  });
}

test("of more than 256 points along an axis only some are drawn, and the page says so", () => {
  const large = onPoints([520, 9]);
  expect(large).toContain("One point in 3 along each axis is drawn.");
  const source = parseHTML(large).document.querySelector("image")?.getAttribute("href") ?? "";
  const { width, height } = decode(Buffer.from(source.split(",")[1] ?? "", "base64"));
  expect([width, height]).toEqual([3, 25 * 174]);
});

test("frames of many points are fewer, so that all have three million at most", () => {
  const { document } = parseHTML(onPoints([255, 255]));
  const times = JSON.parse(document.querySelector("figure")?.getAttribute("data-times") ?? "[]");
  expect(times).toHaveLength(Math.floor(3e6 / (2 * 255 ** 2)));
  expect(times.at(-1)).toBe("t = 48");
});

test("without a rollout there is no animation", () => {
  expect(animationHtml({ ...exampleEvaluation, pictured: null })).toBe("");
});
