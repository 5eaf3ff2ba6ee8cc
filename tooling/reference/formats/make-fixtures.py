# /// script
# requires-python = ">=3.11"
# dependencies = ["apebench==0.1.1", "h5py==3.16.0", "numpy==2.4.6", "pbdl==1.0.0", "the_well==1.2.0", "zarr==3.1.6"]
# ///
"""Writes tiny files in the formats that @eddyflow/datasets reads, with their own tools or in their exact layout.

Every value follows from its place, and float32 holds it exactly:
value(sample, frame, i, j, c) = 512 sample + 64 frame + 8 i + j + c / 4, i and j the indices along the two spatial axes.
"""

import base64
import inspect
import json
import shutil
import tempfile
import types
from pathlib import Path

import h5py
import numpy as np

here = Path(__file__).parent
NX, NY = 4, 6


def values(samples, frames, components=None, offset=0.0):
    """[sample, frame, i, j] or [sample, frame, i, j, component]."""
    grid = np.ix_(range(samples), range(frames), range(NX), range(NY), range(components or 1))
    sample, frame, i, j, c = (axis.astype(np.float64) for axis in grid)
    out = 512 * sample + 64 * frame + 8 * i + j + c / 4 + offset
    return (out if components else out[..., 0]).astype(np.float32)


def well(path, sample_varying_time=False):
    """Every kind of field: both axes, one axis only, constant in time, common to all samples; t0, t1 and t2."""
    samples, frames = 2, 3
    with h5py.File(path, "w") as file:
        file.attrs["simulation_parameters"] = ["Atwood"]
        file.attrs["Atwood"] = 0.5
        file.attrs["dataset_name"] = "fixture"
        file.attrs["grid_type"] = "cartesian"
        file.attrs["n_spatial_dims"] = 2
        file.attrs["n_trajectories"] = samples

        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = ["x", "y"]
        time = np.arange(frames, dtype=np.float32) / 2
        if sample_varying_time:
            time = np.stack([time, 2 * time])
        for name, data, varying in [
            ("time", time, sample_varying_time),
            ("x", (np.arange(NX, dtype=np.float32) + 0.5) / 2, False),
            ("y", np.arange(NY, dtype=np.float32) / 4, False),
        ]:
            dataset = dimensions.create_dataset(name, data=data)
            dataset.attrs["sample_varying"] = varying
            dataset.attrs["time_varying"] = False

        conditions = file.create_group("boundary_conditions")
        for name, dims, kind in [
            ("x_periodic", ["x"], "periodic"),  # as the documentation writes it
            ("y_wall", "y", "WALL"),  # as the dummy data write it
        ]:
            group = conditions.create_group(name)
            group.attrs["associated_dims"] = dims
            group.attrs["associated_fields"] = []
            group.attrs["bc_type"] = kind
            group.attrs["sample_varying"] = False
            group.attrs["time_varying"] = False
            mask = np.zeros(NX if name[0] == "x" else NY, dtype=bool)
            mask[[0, -1]] = True
            group.create_dataset("mask", data=mask)

        scalars = file.create_group("scalars")
        scalars.attrs["field_names"] = ["Atwood", "phase", "clock"]
        for name, data, by_sample, by_time in [
            ("Atwood", np.float32(0.5), False, False),
            ("phase", np.array([0.25, 0.75], dtype=np.float32), True, False),
            ("clock", np.arange(frames, dtype=np.float32), False, True),
        ]:
            dataset = scalars.create_dataset(name, data=data)
            dataset.attrs["sample_varying"] = by_sample
            dataset.attrs["time_varying"] = by_time

        density = values(samples, frames)
        fields = {
            "t0_fields": [
                ("density", density, [True, True], True, True),
                ("depth", density[0, 0], [True, True], False, False),
                # constant along x: that axis is left out
                ("profile", density[:, :, 0, :], [False, True], True, True),
            ],
            "t1_fields": [("velocity", values(samples, frames, 2, 0.5), [True, True], True, True)],
            "t2_fields": [
                (
                    "stress",
                    values(samples, frames, 4).reshape(samples, frames, NX, NY, 2, 2),
                    [True, True],
                    True,
                    True,
                )
            ],
        }
        for name, entries in fields.items():
            group = file.create_group(name)
            group.attrs["field_names"] = [entry[0] for entry in entries]
            for field, data, varying, by_sample, by_time in entries:
                dataset = group.create_dataset(field, data=data)
                dataset.attrs["dim_varying"] = varying
                dataset.attrs["sample_varying"] = by_sample
                dataset.attrs["time_varying"] = by_time
                if name == "t2_fields":
                    dataset.attrs["symmetric"] = False
                    dataset.attrs["antisymmetric"] = False


def pdebench(path, samples=12, frames=3):
    """Data_Merge.py's layout: [N, time, x, y] per field, the coordinates of cell centres, one time too many."""
    with h5py.File(path, "w") as file:
        for c, name in enumerate(["density", "pressure", "Vx", "Vy"]):
            file.create_dataset(name, data=values(samples, frames, offset=c / 4))
        file.create_dataset("x-coordinate", data=(np.arange(NX, dtype=np.float32) + 0.5) / NX)
        file.create_dataset("y-coordinate", data=(np.arange(NY, dtype=np.float32) + 0.5) / NY)
        file.create_dataset("t-coordinate", data=np.arange(frames + 1, dtype=np.float32) / 16)
        file.attrs["eta"], file.attrs["zeta"], file.attrs["M"] = 1e-8, 1e-8, 0.1


pbdl_attributes = {
    "PDE": "The Everything Formula",
    "Fields Scheme": "aBBc",
    "Fields": ["Field1", "Field2a", "Field2b", "Field3"],
    "Constants": ["Const1"],
    "Dt": 0.25,
    "Boundary Conditions": "periodic",
}


def external(path):
    """A PDEBench file whose Vx lies in a file of the system that everybody can read, which no reader may follow."""
    pdebench(path)
    with h5py.File(path, "a") as file:
        shape = file["Vx"].shape
        del file["Vx"]
        size = 4 * int(np.prod(shape))
        file.create_dataset("Vx", shape, dtype="<f4", external=[("/etc/passwd", 0, size)])


def pbdl(path, per_frame, num_sims=3):
    """tests/setup_random.py's layout with statistics by the format's own tool, or the one of 3-D data: a dataset per
    frame with the fields last."""
    data = values(num_sims, 2, 4)  # [sim, frame, i, j, field]
    with h5py.File(path, "w") as file:
        sims = file.create_group("sims")
        for key, value in pbdl_attributes.items():
            sims.attrs[key] = value
        for sim in range(num_sims):
            if per_frame:
                group = sims.create_group(f"sim{sim}")
                for frame in range(2):
                    group.create_dataset(str(frame), data=data[sim, frame])
                group["0"].attrs["Const1"] = sim + 0.5
            else:
                dataset = sims.create_dataset(f"sim{sim}", data=np.moveaxis(data[sim], -1, 1))
                dataset.attrs["Const1"] = sim + 0.5
        if not per_frame:
            from pbdl.normalization import NormStrategy

            NormStrategy.calculate_norm_data(file)


def apebench(folder):
    """apebench/_scraper.py: [samples, time + 1, channel, ...space] and a description."""
    folder.mkdir()
    info = {"num_spatial_dims": 2, "num_points": NX, "domain_extent": 3.0, "dt": 0.5, "num_channels": 2}
    (folder / "waves.json").write_text(json.dumps({"name": "waves", "info": info}))
    for split, samples, frames in [("train", 12, 3), ("test", 2, 5)]:
        data = values(samples, frames, 2)[:, :, :, :NX]
        np.save(folder / f"waves_{split}.npy", np.moveaxis(data, -1, 2))


def apebench_own(folder):
    """The format's own scraper; what it wrote is kept as text too, as NumPy reads it."""
    from apebench._scraper import scrape_data_and_metadata

    folder.mkdir()
    scrape_data_and_metadata(
        str(folder),
        scenario="phy_burgers",
        name="burgers",
        num_spatial_dims=2,
        num_points=6,
        ic_config="fourier;1;true;true",
        num_train_samples=2,
        train_temporal_horizon=1,
        num_test_samples=1,
        test_temporal_horizon=2,
    )
    read = {split: np.load(folder / f"burgers_{split}.npy").tolist() for split in ["train", "test"]}
    (folder / "expected.txt").write_text(json.dumps(read))


def acdm(folder):
    """One .npz per field and frame, with the key arr_0, as numpy.savez_compressed writes it; in one set the frames
    begin later and a parameter varies in time."""
    data = values(2, 2, 4)
    for sim in range(2):
        here = folder / f"sim_{sim:06d}"
        (here / "src").mkdir(parents=True)
        description = {"Reynolds Number": 100 + sim, "Mach Number": 0.5, "Drag Coefficient": [1.0, 2.0, 3.0 + sim]}
        (here / "src" / "description.json").write_text(json.dumps(description))
        for frame in range(2):
            state = np.moveaxis(data[sim, frame], -1, 0)
            number = f"{frame + 1:06d}.npz"
            np.savez_compressed(here / f"velocity_{number}", state[:2])
            np.savez_compressed(here / f"density_{number}", state[2:3])
            np.savez_compressed(here / f"pressure_{number}", state[3:])
        np.savez(here / "obstacle_mask.npz", np.arange(NX * NY).reshape(NX, NY) % 2 == 1)


def dummy(path):
    """The format's own example writer, with a smaller grid and counted numbers in place of random ones."""
    from the_well.utils import dummy_data

    source = inspect.getsource(dummy_data.write_dummy_data)
    for axis in "xy":
        source = source.replace(f"dim_{axis} = 32", "dim_" + axis + " = 8")
    counted = lambda *shape: np.arange(np.prod(shape), dtype=np.float64).reshape(shape) / 8
    numbers = types.SimpleNamespace(**vars(np))
    numbers.random = types.SimpleNamespace(rand=counted)
    scope = {"np": numbers, "h5py": h5py}
    exec(source, scope)
    scope["write_dummy_data"](str(path))


def layouts(folder):
    """Every way in which HDF5 keeps an array, as the oldest and the newest library write it: 0, 1, 2 … everywhere, and beside
    it the same with all but the first, the third and the last row missing."""
    folder.mkdir()
    rows, points = 6, 5
    for libver in ["earliest", "latest"]:
        with h5py.File(folder / f"{libver}.hdf5", "w", libver=libver) as file:

            def dataset(name, data, written=None, **options):
                made = file.create_dataset(name, data.shape, "<f4", **options)
                for row in range(len(data)) if written is None else written:
                    made[row] = data[row]

            data = np.arange(rows * 4 * points, dtype=np.float32).reshape(rows, 4, points)
            file["compact"] = data[0, :2, :2]
            dataset("contiguous", data)
            dataset("contiguous-holes", data, written=[])
            sizes = {"fixed": data.shape, "growing": (None, 4, points), "free": (None, None, points)}
            for kind, maxshape in sizes.items():
                for packed, compression in [("", {}), ("-gzip", {"compression": "gzip", "shuffle": True, "fletcher32": True})]:
                    options = {"maxshape": maxshape, "chunks": (1, 3, 2), **compression}
                    dataset(f"{kind}{packed}", data, **options)
                    dataset(f"{kind}{packed}-holes", data, written=[0, 2, rows - 1], **options)
            for kind, packed in [("one", {}), ("one-gzip", {"compression": "gzip"})]:
                dataset(kind, data, chunks=data.shape, **packed)
                dataset(f"{kind}-holes", data, written=[], chunks=data.shape, **packed)
            if libver == "earliest":
                continue
            # More chunks than a page of the index has.
            many = np.arange(1100, dtype=np.float32).reshape(1100, 1)
            for kind, maxshape in [("fixed", many.shape), ("growing", (None, 1))]:
                dataset(f"many-{kind}", many, maxshape=maxshape, chunks=(1, 1))
                dataset(f"many-{kind}-holes", many, written=range(0, 1099), maxshape=maxshape, chunks=(1, 1))


def chunks(path, libver):
    """A PDEBench file whose arrays lie in chunks, each found by another index."""
    with h5py.File(path, "w", libver=libver) as file:
        data = values(2, 2)
        packed = {"compression": "gzip", "shuffle": True, "fletcher32": True}
        file.create_dataset("density", data=data, chunks=(1, 1, NX, NY), **packed)
        file.create_dataset("pressure", data=data + 0.25, chunks=(1, 1, NX, 4), maxshape=(None, 2, NX, NY))
        file.create_dataset("Vx", data=data + 0.5, chunks=(2, 1, NX, NY), maxshape=(None, None, NX, NY), **packed)
        file.create_dataset("Vy", data=data + 0.75, chunks=data.shape, **packed)
        file.create_dataset("x-coordinate", data=(np.arange(NX, dtype=np.float32) + 0.5) / NX)
        file.create_dataset("y-coordinate", data=(np.arange(NY, dtype=np.float32) + 0.5) / NY)
        file.create_dataset("t-coordinate", data=np.arange(2, dtype=np.float32) / 16)


def odd(path):
    """Arrays that cannot be taken as they are: packed by other filters, with attributes of NetCDF, far larger than the file."""
    data = np.arange(12, dtype=np.float32).reshape(3, 4)
    with h5py.File(path, "w") as file:
        file.create_dataset("lzf", data=data, chunks=(3, 4), compression="lzf")
        file.create_dataset("bomb", (4, 2**20), "<f4", data=np.zeros((4, 2**20)), chunks=(4, 2**20), compression="gzip")
        file.create_dataset("packed", data=data.astype("<i2"))
        file["packed"].attrs.update({"scale_factor": 0.5, "add_offset": 10.0, "_FillValue": np.int16(-999)})
        file.create_dataset("filled", data=np.where(data == 6, np.float32(1e20), data))
        file["filled"].attrs["_FillValue"] = np.float32(1e20)
        file.create_dataset("missing", data=np.where(data == 6, -1, data))
        file["missing"].attrs["missing_value"] = [-2.0, -1.0]
        file.create_dataset("unwritten", data=np.where(data == 6, np.float32(9.969209968386869e36), data))
        file.create_dataset("wordy", data=data)
        file["wordy"].attrs["scale_factor"] = "two"


def virtual(path):
    """A dataset that is a view of another file."""
    layout = h5py.VirtualLayout(shape=(3, 4), dtype="<f4")
    layout[:] = h5py.VirtualSource("pdebench_periodic.hdf5", "density", shape=(12, 3, NX, NY))[0, 0, :3, :4]
    with h5py.File(path, "w", libver="latest") as file:
        file.create_virtual_dataset("u", layout)


def zarrs(path):
    """Zarr arrays as zarr-python writes them: 0, 1, 2 … in chunks that do not divide the shape, and some that cannot be used.
    Their many files are kept in one, in base64 by their names."""
    import zarr
    from numcodecs import LZMA, Blosc, Zlib

    folder = Path(tempfile.mkdtemp())
    data = np.arange(2 * 3 * 5, dtype=np.float32).reshape(2, 3, 5)

    def array(name, values=data, written=slice(None), attributes=None, **options):
        options = {"chunks": (1, 3, 3), **options}
        made = zarr.create_array(folder / name, shape=values.shape, dtype=values.dtype, **options)
        made[written] = values[written]
        made.attrs.update(attributes or {})

    array("v2-blosc", zarr_format=2, compressors=Blosc())
    array("v2-zlib", zarr_format=2, compressors=Zlib())
    array("v2-fortran", zarr_format=2, compressors=None, order="F")
    array("v3-zstd", zarr_format=3)
    array("v3-gzip", zarr_format=3, compressors={"name": "gzip", "configuration": {"level": 5}})
    array("v3-int64", data.astype(np.int64), zarr_format=3)
    array("scaled", zarr_format=3, attributes={"scale_factor": 0.5, "add_offset": 1.0, "_FillValue": 7.0})
    array("holes", written=0, zarr_format=3)
    array("lzma", zarr_format=2, compressors=LZMA())
    array("shards", zarr_format=3, chunks=(1, 3, 1), shards=(1, 3, 5))
    array("bomb", np.zeros((1, 4, 2**20), np.float32) + np.float32(1), chunks=(1, 4, 2**20), zarr_format=3)
    files = {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*")) if file.is_file()}
    path.write_text(json.dumps({name: base64.b64encode(file.read_bytes()).decode() for name, file in files.items()}, indent=0))
    shutil.rmtree(folder)


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


if __name__ == "__main__":
    base = here / "well"
    for name in ["well", "pdebench_periodic.hdf5", "external.hdf5", "pbdl.hdf5", "pbdl-frames.hdf5", "apebench", "apebench-own", "128_tra", "well-dummy.hdf5", "layouts", "odd.hdf5", "virtual.hdf5", "small"]:
        remove(here / name)
    for split in ["train", "valid", "test"]:
        (base / "data" / split).mkdir(parents=True)
        well(base / "data" / split / "fixture_a.hdf5")
    well(base / "data" / "train" / "fixture_b.h5", sample_varying_time=True)
    statistics = {
        kind: {"density": 4 * s, "profile": 3 * s, "velocity": [s, 0.0], "stress": [[s, 2 * s], [3 * s, 4 * s]]}
        for kind, s in [("mean", 1.0), ("std", 0.5)]
    }
    (base / "stats.yaml").write_text(json.dumps(statistics, indent=1))
    pdebench(here / "pdebench_periodic.hdf5")
    external(here / "external.hdf5")
    pbdl(here / "pbdl.hdf5", per_frame=False)
    pbdl(here / "pbdl-frames.hdf5", per_frame=True)
    apebench(here / "apebench")
    apebench_own(here / "apebench-own")
    acdm(here / "128_tra")
    dummy(here / "well-dummy.hdf5")
    layouts(here / "layouts")
    # For verify:fuzz, which reads such a file once for each of its bits.
    (here / "small").mkdir()
    pdebench(here / "small" / "pdebench_periodic.hdf5", samples=2, frames=2)
    pbdl(here / "small" / "pbdl-frames.hdf5", per_frame=True, num_sims=1)
    for libver in ["earliest", "latest"]:
        chunks(here / "small" / f"chunks_{libver}_periodic.hdf5", libver)
    odd(here / "odd.hdf5")
    zarrs(here / "zarrs.json")
    virtual(here / "virtual.hdf5")
