import type { Bump } from "./bump.ts";

/** Least distance of two bumps of one stroke, as a part of the box. */
const between = 0.05;

/** Lets a pointer draw on a canvas; tells where, as parts of the box. */
export function brush(canvas: HTMLCanvasElement, disturb: (bump: Bump) => void): void {
  let last: Bump | undefined;
  const paint = (event: PointerEvent): void => {
    const box = canvas.getBoundingClientRect();
    const bump = {
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    };
    if (last !== undefined && Math.hypot(bump.x - last.x, bump.y - last.y) < between) return;
    last = bump;
    disturb(bump);
  };
  canvas.addEventListener("pointerdown", (event) => {
    // A second finger and the button of a menu draw nothing.
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = undefined;
    paint(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) paint(event);
  });
}
