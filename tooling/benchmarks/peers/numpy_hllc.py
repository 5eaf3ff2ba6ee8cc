"""The compressible Navier-Stokes solver by the scheme of packages/pde, vectorised over the grid."""

import numpy as np

GAMMA = 5 / 3
PRESSURE_FLOOR = 1e-4


def padded(w: np.ndarray) -> np.ndarray:
    """[4, y, x] with two ghost cells at each end of both periodic axes."""
    return np.pad(w, ((0, 0), (2, 2), (2, 2)), mode="wrap")


def face_values(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values at both ends of the last axis of all cells but the outermost, by Van Leer's limiter."""
    gap = w[..., 1:] - w[..., :-1]
    a, b = gap[..., :-1], gap[..., 1:]
    product = a * b
    half = np.divide(product, a + b, out=np.zeros_like(product), where=product > 0)
    return w[..., 1:-1] - half, w[..., 1:-1] + half


def hllc(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Fluxes from density, normal and tangential velocity and pressure on both sides, by Davis' speeds."""
    r_l, u_l, v_l, p_l = left
    r_r, u_r, v_r, p_r = right
    c_l, c_r = np.sqrt(GAMMA * p_l / r_l), np.sqrt(GAMMA * p_r / r_r)
    s_l, s_r = np.minimum(u_l - c_l, u_r - c_r), np.maximum(u_l + c_l, u_r + c_r)
    m_l, m_r = r_l * (s_l - u_l), r_r * (s_r - u_r)
    contact = (p_r - p_l + m_l * u_l - m_r * u_r) / (m_l - m_r)
    from_left = contact >= 0
    r, u, v, p = np.where(from_left, left, right)
    s, m = np.where(from_left, s_l, s_r), np.where(from_left, m_l, m_r)
    energy = p / (GAMMA - 1) + 0.5 * r * (u * u + v * v)
    # Beyond the outermost wave the flux is the plain one: S* = u and p* = p give it.
    beyond = np.where(from_left, s >= 0, s <= 0)
    p_star = p + m * (contact - u)
    through = contact / (s - contact)
    mass = np.where(beyond, r * u, m * through)
    return np.stack([
        mass,
        np.where(beyond, mass * u + p, mass * contact + p_star),
        mass * v,
        np.where(
            beyond,
            u * (energy + p),
            through * (energy * (s - u) + p_star * contact - p * u) + p_star * contact,
        ),
    ])


def x_fluxes(w: np.ndarray, dx: float, dy: float, eta: float, zeta: float) -> np.ndarray:
    """[4, y, x + 1] through the faces of the last axis; w is padded: density, normal, tangential, pressure."""
    lower, upper = face_values(w[:, 2:-2])
    flux = hllc(upper[..., :-1], lower[..., 1:])
    if eta == 0 and zeta == 0:
        return flux
    u, v = w[1], w[2]
    u0, u1, v0, v1 = u[2:-2, 1:-2], u[2:-2, 2:-1], v[2:-2, 1:-2], v[2:-2, 2:-1]

    def along(f: np.ndarray) -> np.ndarray:
        pairs = f[1:-1, 1:-2] + f[1:-1, 2:-1]
        return (pairs[2:] - pairs[:-2]) / (4 * dy)

    normal = ((4 / 3) * eta + zeta) / dx * (u1 - u0) + (zeta - (2 / 3) * eta) * along(v)
    shear = eta * ((v1 - v0) / dx + along(u))
    flux[1] -= normal
    flux[2] -= shear
    flux[3] -= 0.5 * (normal * (u0 + u1) + shear * (v0 + v1))
    return flux


def stepper(n: int, extent: float, frame_interval: float, eta: float, zeta: float, cfl: float = 0.3):
    """Advances [y, x, channel] with vx, vy, density, pressure by one frame."""
    h = extent / n
    # x and y change places, and so do the components of vectors.
    swap = [0, 2, 1, 3]

    def rate_of_change(w: np.ndarray) -> np.ndarray:
        ghosted = padded(w)
        fx = x_fluxes(ghosted, h, h, eta, zeta)
        fy = x_fluxes(np.ascontiguousarray(ghosted[swap].swapaxes(1, 2)), h, h, eta, zeta)
        fy = fy.swapaxes(1, 2)[swap]
        return -(np.diff(fx, axis=2) + np.diff(fy, axis=1)) / h

    def primitives(q: np.ndarray) -> np.ndarray:
        density, momentum, kinetic = q[0], q[1:3], 0.5 * (q[1] ** 2 + q[2] ** 2) / q[0]
        pressure = (GAMMA - 1) * (q[3] - kinetic)
        low = pressure < PRESSURE_FLOOR
        if low.any():
            pressure[low] = PRESSURE_FLOOR
            q[3] = np.where(low, PRESSURE_FLOOR / (GAMMA - 1) + kinetic, q[3])
        return np.stack([density, *(momentum / density), pressure])

    def largest_rate(w: np.ndarray) -> float:
        speed = np.maximum(np.abs(w[1]), np.abs(w[2])) + np.sqrt(GAMMA * w[3] / w[0])
        return float((speed / h + ((4 / 3) * eta + zeta) / w[0] * (2 / h**2)).max())

    def step(state: np.ndarray) -> np.ndarray:
        vx, vy, density, pressure = np.moveaxis(state, -1, 0)
        w = np.stack([density, vx, vy, pressure])
        energy = pressure / (GAMMA - 1) + 0.5 * density * (vx**2 + vy**2)
        q = np.stack([density, density * vx, density * vy, energy])
        left = frame_interval
        while left > 0:
            limit = cfl / largest_rate(w)
            dt = left if limit >= left else min(limit, left / 2)
            staged = q + dt * rate_of_change(w)
            q = 0.5 * q + 0.5 * (staged + dt * rate_of_change(primitives(staged)))
            w = primitives(q)
            left = 0 if dt == left else left - dt
        return np.stack([w[1], w[2], w[0], w[3]], axis=-1)

    return step
