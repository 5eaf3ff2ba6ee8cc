/**
 * HLLC fluxes through `count` faces from the values on their two sides (Toro 2009, §10.4–10.6), with Davis' wave
 * speeds S_L = min(u_L − c_L, u_R − c_R), S_R = max(u_L + c_L, u_R + c_R), and the contact's
 *
 *   S* = (p_R − p_L + ρ_L u_L (S_L − u_L) − ρ_R u_R (S_R − u_R)) / (ρ_L (S_L − u_L) − ρ_R (S_R − u_R)).
 *
 * `left` and `right` hold density, normal velocity, tangential velocity and pressure, `width` apart, read from
 * `leftAt` and `rightAt` on; `flux` receives those of mass, normal momentum, tangential momentum and energy,
 * from 0 on.
 */
export function hllcFluxes(
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  width: number,
  count: number,
  gamma: number,
  flux: Float64Array,
): void {
  const overGamma = 1 / (gamma - 1);
  for (let i = 0; i < count; i++) {
    const l = leftAt + i;
    const r = rightAt + i;
    const densityL = left[l] as number;
    const uL = left[l + width] as number;
    const pL = left[l + 2 * width + width] as number;
    const densityR = right[r] as number;
    const uR = right[r + width] as number;
    const pR = right[r + 2 * width + width] as number;
    const cL = Math.sqrt((gamma * pL) / densityL);
    const cR = Math.sqrt((gamma * pR) / densityR);
    const slowL = uL - cL;
    const slowR = uR - cR;
    const fastL = uL + cL;
    const fastR = uR + cR;
    const speedL = Math.min(slowL, slowR);
    const speedR = Math.max(fastL, fastR);
    const massL = densityL * (speedL - uL);
    const massR = densityR * (speedR - uR);
    const contact = (pR - pL + massL * uL - massR * uR) / (massL - massR);
    // The side from which the gas comes decides; beyond its wave the flux is the plain one.
    const fromLeft = contact >= 0;
    const density = fromLeft ? densityL : densityR;
    const u = fromLeft ? uL : uR;
    const v = fromLeft ? (left[l + 2 * width] as number) : (right[r + 2 * width] as number);
    const p = fromLeft ? pL : pR;
    const speed = fromLeft ? speedL : speedR;
    const energy = overGamma * p + 0.5 * density * (u * u + v * v);
    if (fromLeft ? speed >= 0 : speed <= 0) {
      const mass = density * u;
      flux[i] = mass;
      flux[i + width] = mass * u + p;
      flux[i + 2 * width] = mass * v;
      flux[i + 3 * width] = u * (energy + p);
    } else {
      // ρ* = ρ(S − u)/(S − S*), p* = p + ρ(S − u)(S* − u), E* = (E(S − u) + p*S* − pu)/(S − S*).
      const drift = speed - u;
      const through = contact / (speed - contact);
      const massInside = density * drift;
      const pStar = p + massInside * (contact - u);
      const mass = massInside * through;
      flux[i] = mass;
      flux[i + width] = mass * contact + pStar;
      flux[i + 2 * width] = mass * v;
      flux[i + 3 * width] = through * (energy * drift + pStar * contact - p * u) + pStar * contact;
    }
  }
}
