/**
 * Runs in the page: shows the frame that the slider is at, in every field of a figure at once. It moves by itself only
 * after "Play", and for those who ask for less motion the button goes on by one frame instead.
 */
export const animationScript = `
for (const figure of document.querySelectorAll("figure.animation")) {
  const times = JSON.parse(figure.dataset.times);
  const [button, slider, output] = ["button", "input", "output"].map((tag) => figure.querySelector(tag));
  const films = [...figure.querySelectorAll(".film image")];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let timer;
  const show = (frame) => {
    slider.value = String(frame);
    slider.setAttribute("aria-valuetext", times[frame]);
    output.textContent = times[frame];
    for (const film of films) film.setAttribute("y", String(-frame * Number(film.dataset.height)));
  };
  const next = () => show((Number(slider.value) + 1) % times.length);
  const pause = () => {
    clearInterval(timer);
    timer = undefined;
    button.textContent = still.matches ? "Next frame" : "Play";
  };
  button.addEventListener("click", () => {
    if (still.matches) next();
    else if (timer !== undefined) pause();
    else {
      timer = setInterval(next, 400);
      button.textContent = "Pause";
      next();
    }
  });
  slider.addEventListener("input", () => {
    pause();
    show(Number(slider.value));
  });
  still.addEventListener("change", pause);
  pause();
  show(Number(slider.value));
  figure.querySelector(".controls").hidden = false;
}
`;
