import type { TableauName } from "@eddyflow/samplers";
import { type FieldView, fieldView } from "./field-view.ts";
import type { ModelFacts } from "./model-worker.ts";

/** A field on the page with its heading, its numbers and, of a model, the choice of its sampler. */
export interface Panel {
  readonly view: FieldView;
  readonly canvas: HTMLCanvasElement;
  /** What a model is and how it is sampled. */
  describe(facts: ModelFacts): void;
  /** What a solver does for one state. */
  say(words: string): void;
  measure(milliseconds: number, error: number | null): void;
}

const tableauNames: readonly TableauName[] = ["euler", "midpoint", "heun", "rk4"];
const stepCounts = [1, 2, 4, 8, 16, 50];

const option = (value: string, words: string, selected: boolean): HTMLOptionElement =>
  new Option(words, value, selected, selected);

/** Adds a panel to the page; `onSampler` is told of the sampler that is chosen, such as `midpoint:8`. */
export function addPanel(
  title: string,
  colour: string,
  onSampler: (sampler: string) => void,
): Panel {
  const template = document.querySelector("#panel") as HTMLTemplateElement;
  const panel = (template.content.cloneNode(true) as DocumentFragment)
    .firstElementChild as HTMLElement;
  const part = <E extends HTMLElement>(selector: string): E => panel.querySelector(selector) as E;
  part("h2").textContent = title;
  panel.style.setProperty("--colour", `var(${colour})`);
  const canvas = part<HTMLCanvasElement>("canvas");
  canvas.setAttribute("aria-label", `Field: ${title}`);
  document.querySelector("#fields")?.append(panel);
  const sampler = part(".sampler");
  const warning = part(".warning");

  /** What the choices on the page say; nothing where there are none. */
  const chosen = (): string =>
    [...sampler.querySelectorAll("select")].map(({ value }) => value).join(":");

  function choices({ kind, sampler: text, samplerInWords }: ModelFacts): readonly Node[] {
    if (kind === "direct") return [new Text(samplerInWords)];
    const [name = "", steps = ""] = text.split(":");
    const method = document.createElement("select");
    method.ariaLabel = `Method of ${title}`;
    const names = kind === "jump" ? [name] : [...new Set<string>([...tableauNames, name])];
    const word = (one: string) => (one === "flow" ? "jumps" : one);
    method.append(...names.map((one) => option(one, word(one), one === name)));
    const count = document.createElement("select");
    count.ariaLabel = `Steps of ${title}`;
    const counts = [...new Set([...stepCounts, Number(steps)])].sort((a, b) => a - b);
    count.append(
      ...counts.map((n) => option(`${n}`, `${n} ${n === 1 ? "step" : "steps"}`, `${n}` === steps)),
    );
    for (const select of [method, count]) {
      select.addEventListener("change", () => onSampler(`${method.value}:${count.value}`));
    }
    return [method, count];
  }

  return {
    view: fieldView(canvas),
    canvas,
    describe(facts) {
      // Who has just chosen by the keyboard keeps the focus.
      if (chosen() !== facts.sampler) sampler.replaceChildren(...choices(facts));
      part(".nfe").textContent = `${facts.nfe}`;
      warning.hidden = facts.warning === null;
      warning.textContent = facts.warning;
    },
    say(words) {
      sampler.textContent = words;
      part(".nfe").textContent = "–";
    },
    measure(milliseconds, error) {
      part(".milliseconds").textContent = milliseconds.toFixed(milliseconds < 10 ? 1 : 0);
      part(".error").textContent = error === null ? "–" : error.toFixed(2);
    },
  };
}
