/*
 * The viscous stress σ = η(∇v + ∇vᵀ − ⅔∇·v) + ζ∇·v on cell faces, from central differences: across the face of
 * the two cells beside it, along the face of the four cells around, so that the fluxes are second order. `w` holds
 * density, vx, vy and pressure, `cells` apart, in rows of `width`; `at` is the cell above or right of the first
 * face. The fluxes −σ·n of momentum and −(σ·v)·n of energy are added to `flux`, whose fields are those of `hllcFluxes`.
 */

/** Adds −σxx, −σxy and −(σxx vx + σxy vy) on `count` faces between a cell and the one left of it. */
export function addViscousFluxesX(
  w: Float64Array,
  cells: number,
  width: number,
  at: number,
  count: number,
  dx: number,
  dy: number,
  eta: number,
  zeta: number,
  flux: Float64Array,
): void {
  const across = 1 / dx;
  const along = 0.25 / dy;
  const same = (4 / 3) * eta + zeta;
  const other = zeta - (2 / 3) * eta;
  for (let i = 0; i < count; i++) {
    const u = at + i + cells;
    const v = u + cells;
    const u0 = w[u - 1] as number;
    const u1 = w[u] as number;
    const v0 = w[v - 1] as number;
    const v1 = w[v] as number;
    const uy =
      along *
      ((w[u + width] as number) +
        (w[u + width - 1] as number) -
        (w[u - width] as number) -
        (w[u - width - 1] as number));
    const vy =
      along *
      ((w[v + width] as number) +
        (w[v + width - 1] as number) -
        (w[v - width] as number) -
        (w[v - width - 1] as number));
    const normal = same * across * (u1 - u0) + other * vy;
    const shear = eta * (across * (v1 - v0) + uy);
    flux[i + width] = (flux[i + width] as number) - normal;
    flux[i + 2 * width] = (flux[i + 2 * width] as number) - shear;
    flux[i + 3 * width] =
      (flux[i + 3 * width] as number) - 0.5 * (normal * (u0 + u1) + shear * (v0 + v1));
  }
}

/** Adds −σyy, −σxy and −(σyy vy + σxy vx) on `count` faces between a cell and the one below it. */
export function addViscousFluxesY(
  w: Float64Array,
  cells: number,
  width: number,
  at: number,
  count: number,
  dx: number,
  dy: number,
  eta: number,
  zeta: number,
  flux: Float64Array,
): void {
  const across = 1 / dy;
  const along = 0.25 / dx;
  const same = (4 / 3) * eta + zeta;
  const other = zeta - (2 / 3) * eta;
  for (let i = 0; i < count; i++) {
    const u = at + i + cells;
    const v = u + cells;
    const u0 = w[u - width] as number;
    const u1 = w[u] as number;
    const v0 = w[v - width] as number;
    const v1 = w[v] as number;
    const ux =
      along *
      ((w[u + 1] as number) +
        (w[u + 1 - width] as number) -
        (w[u - 1] as number) -
        (w[u - 1 - width] as number));
    const vx =
      along *
      ((w[v + 1] as number) +
        (w[v + 1 - width] as number) -
        (w[v - 1] as number) -
        (w[v - 1 - width] as number));
    const normal = same * across * (v1 - v0) + other * ux;
    const shear = eta * (across * (u1 - u0) + vx);
    flux[i + width] = (flux[i + width] as number) - normal;
    flux[i + 2 * width] = (flux[i + 2 * width] as number) - shear;
    flux[i + 3 * width] =
      (flux[i + 3 * width] as number) - 0.5 * (normal * (v0 + v1) + shear * (u0 + u1));
  }
}
