# /// script
# requires-python = ">=3.11"
# dependencies = ["h5py==3.16.0", "numpy==2.4.6", "zarr==3.1.6"]
# ///
"""Writes small arrays as people have them: every layout and type that `import` reads, by NumPy, h5py and zarr-python.

Every value follows from its place, and a half float holds it exactly:
value(trajectory, time, y, x, channel) = 64 trajectory + 16 time + 4 y + x + channel / 2.
"""

import base64
import json
import shutil
import tempfile
from pathlib import Path

import h5py
import numpy as np
import zarr

here = Path(__file__).parent / "own"
N, T, NY, NX = 6, 4, 4, 4
x, y, t = np.arange(NX) * 0.5, np.arange(NY) * 0.25, np.arange(T) * 0.1


def values(trajectories=range(N), frames=T, channels=3):
    grid = np.ix_(trajectories, range(frames), range(NY), range(NX), range(channels))
    n, k, j, i, c = (axis.astype(np.float64) for axis in grid)
    return (64 * n + 16 * k + 4 * j + i + c / 2).astype(np.float32)


def numpy_files():
    flow = values()
    np.save(here / "c.npy", flow)
    np.save(here / "fortran.npy", np.asfortranarray(flow))
    np.save(here / "big-endian.npy", flow.astype(">f4"))
    np.save(here / "half.npy", flow.astype(np.float16))
    np.save(here / "double-fortran.npy", np.asfortranarray(flow.astype(">f8")))
    # Twice the values: whole numbers.
    np.save(here / "int16.npy", (2 * flow).astype(np.int16))
    np.save(here / "int64.npy", (2 * flow).astype(np.int64))
    np.save(here / "channels-first.npy", flow.transpose(0, 4, 1, 2, 3))
    named = dict(vx=flow[..., 0], vy=flow[..., 1], p=flow[..., 2], t=t, dt=0.1, nu=np.arange(N) / 8)
    np.savez(here / "plain.npz", **named)
    np.savez_compressed(here / "packed.npz", **named)
    for c, name in enumerate(["vx", "vy", "p"]):
        np.save(here / f"{name}.npy", flow[..., c])
    # One trajectory a file, of 3, 4, 5 and 4 frames.
    for n, frames in enumerate([3, 4, 5, 4]):
        np.save(here / f"run{n}.npy", values([n], frames)[0])
    # One dimension.
    np.save(here / "line.npy", flow[:, :, 0, :, 0])


def hdf5_files():
    flow = values()
    with h5py.File(here / "flow.h5", "w") as file:
        file.create_dataset("velocity", data=flow[..., :2], chunks=(1, T, NY, NX, 2), compression="gzip")
        file.create_dataset("pressure", data=flow[..., 2].astype(">f4"))
        file["half"] = flow[..., 2].astype(np.float16)
        file["label"] = np.array(["a", "b"], dtype="S1")
        for name, data in [("t", t), ("x", x), ("y", y)]:
            file[name] = data
    # As NetCDF 4 has it: scales that belong to axes, with units.
    for n in range(N):
        with h5py.File(here / f"nc{n}.nc", "w") as file:
            for name, data in [("time", t), ("lat", y), ("lon", x)]:
                file[name] = data
                file[name].make_scale(name)
            for c, name in enumerate(["u", "v"]):
                file[name] = flow[n, ..., c]
                file[name].attrs["units"] = "m s-1"
                for axis, scale in enumerate(["time", "lat", "lon"]):
                    file[name].dims[axis].attach_scale(file[scale])
    # A group for each trajectory.
    with h5py.File(here / "groups.h5", "w") as file:
        for n in range(4):
            file[f"sims/{n}/u"] = values([n], 3 + n % 2, 1)[0, ..., 0]


def zarr_folders(folder):
    flow = values()
    chunks = (1, 2, NY, NX, 3)
    for name, version, order in [("v2-c", 2, "C"), ("v2-f", 2, "F"), ("v3-c", 3, None)]:
        extra = {} if order is None else {"order": order}
        array = zarr.create_array(
            folder / f"{name}.zarr", shape=flow.shape, chunks=chunks, dtype="f4", zarr_format=version, **extra
        )
        array[:] = flow
    array = zarr.create_array(
        folder / "v3-transpose.zarr",
        shape=flow.shape,
        chunks=chunks,
        dtype="f4",
        filters=[zarr.codecs.TransposeCodec(order=(4, 3, 2, 1, 0))],
    )
    array[:] = flow
    array = zarr.create_array(folder / "v2-big.zarr", shape=flow.shape, chunks=chunks, dtype=">f2", zarr_format=2)
    array[:] = flow
    array = zarr.create_array(folder / "v3-half.zarr", shape=flow.shape, chunks=chunks, dtype="f2")
    array[:] = flow
    # As xarray writes a dataset: a group with coordinates, and names of the axes.
    group = zarr.create_group(folder / "dataset.zarr")
    dims = ("sample", "time", "y", "x")
    for c, name in enumerate(["vx", "vy", "p"]):
        array = group.create_array(name, shape=flow.shape[:4], chunks=(1, T, NY, NX), dtype="f4", dimension_names=dims)
        array[:] = flow[..., c]
    for name, data in [("time", t), ("y", y), ("x", x)]:
        array = group.create_array(name, shape=data.shape, dtype="f8", dimension_names=(name,))
        array[:] = data


def pack(folder):
    files = {
        str(path.relative_to(folder)): base64.b64encode(path.read_bytes()).decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (here / "zarrs.json").write_text(json.dumps(files, indent=2) + "\n")


if __name__ == "__main__":
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    numpy_files()
    hdf5_files()
    with tempfile.TemporaryDirectory() as folder:
        zarr_folders(Path(folder))
        pack(Path(folder))
