import type { Evaluation } from "../measure/evaluation.ts";
import { escapeMarkup } from "./escape-markup.ts";
import { colourBarSvg, proportionsOf } from "./field-grid.ts";
import { divergingScale, fieldImage } from "./field-image.ts";
import { whereCut } from "./frames-pictures.ts";
import { mostTelling } from "./pictured-contestants.ts";
import { atTime, inSeries } from "./wording.ts";

const mostContestants = 5;
/** Points along an axis; of more, every second or third is drawn. */
const mostPoints = 256;
/** Points of all frames together, so that the page stays small: some two megabytes. */
const mostCells = 3e6;
const fewestFrames = 8;

/**
 * The first channel of a rollout as a figure with a slider and a button to play: the truth beside the contestants that
 * tell most, all at the same time. Empty where no rollout was pictured. The frames of a field lie above each other in
 * one picture, of which the page shows a part at a time; without a script it shows the middle one.
 */
export function animationHtml(evaluation: Evaluation): string {
  const { pictured, setting } = evaluation;
  if (pictured === null || pictured.steps.animation.length < 2) return "";
  const films = [
    { name: "truth", frames: pictured.truth.animation },
    ...mostTelling(evaluation, mostContestants).map(({ name, frames }) => ({
      name,
      frames: frames.animation,
    })),
  ];
  const stride = Math.ceil(Math.max(...pictured.shape) / mostPoints);
  const shape = pictured.shape.map((points) => Math.ceil(points / stride)) as [number, number];
  const room = Math.floor(mostCells / (films.length * shape[0] * shape[1]));
  const chosen = thinned(pictured.steps.animation.length, Math.max(fewestFrames, room));
  const times = chosen.map((frame) =>
    atTime(pictured.steps.animation[frame] as number, setting.frameInterval),
  );
  const channel = pictured.channels[0] ?? "";
  const scale = divergingScale(pictured.truth.animation);
  const middle = Math.floor(times.length / 2);
  const [width, height] = [100, 100 * proportionsOf(pictured)];
  const drawn = films.map(({ name, frames }) => {
    const film = filmOf(frames, chosen, { from: pictured.shape, to: shape, stride });
    const source = fieldImage(film, [shape[0] * chosen.length, shape[1]], scale);
    return `<div class="film"><div>${escapeMarkup(name)}</div><svg role="img" aria-label="${escapeMarkup(`${channel} of ${name} at the time of the slider`)}" viewBox="0 0 ${width} ${height}"><image href="${source}" width="${width}" height="${height * chosen.length}" y="${-middle * height}" data-height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated"/></svg></div>`;
  });
  const caption = `The same rollout of ${channel} in motion, one member of each ensemble. Nothing moves before Play is pressed; the slider goes to any time.${stride === 1 ? "" : ` One point in ${stride} along each axis is drawn.`} ${whereCut(pictured)}`;
  return `<figure id="animation" class="animation" data-times="${escapeMarkup(JSON.stringify(times))}">
<h3>${escapeMarkup(`${channel} of ${inSeries(films.map(({ name }) => name))}`)}</h3>
<div class="films">${drawn.join("")}</div>
<div class="controls" hidden><button type="button">Play</button><input type="range" min="0" max="${times.length - 1}" value="${middle}" aria-label="time of the rollout"><output>${times[middle]}</output></div>
<div class="bar">${colourBarSvg(channel, scale)}</div>
<figcaption>${escapeMarkup(caption.trim())}</figcaption></figure>`;
}

/** At most `most` of `count` indices, evenly spread, the first and the last among them. */
function thinned(count: number, most: number): number[] {
  const kept = Math.min(count, most);
  return Array.from({ length: kept }, (_, i) => Math.round((i * (count - 1)) / (kept - 1)));
}

/** The chosen frames above each other. One that is missing, because a contestant ended early, is not a number. */
function filmOf(
  frames: readonly Float32Array[],
  chosen: readonly number[],
  {
    from,
    to: [rows, columns],
    stride,
  }: {
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
    readonly stride: number;
  },
): Float32Array {
  const size = rows * columns;
  return Float32Array.from({ length: chosen.length * size }, (_, i) => {
    const point = i % size;
    const [row, column] = [Math.floor(point / columns) * stride, (point % columns) * stride];
    return frames[chosen[Math.floor(i / size)] as number]?.[row * from[1] + column] ?? Number.NaN;
  });
}
