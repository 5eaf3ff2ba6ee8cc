# /// script
# requires-python = ">=3.11"
# dependencies = ["h5py==3.16.0", "numpy==2.4.6", "the_well==1.2.0", "zarr==3.1.6"]
# ///
"""Opens what @eddyflow/datasets and @eddyflow/formats wrote with the formats' own readers and compares every value.

    check-writers.py FOLDER [VALIDATOR]

FOLDER/cases.json says what each case should hold; VALIDATOR is scripts/check_thewell_formatting.py of The Well's
repository, which is not in its package. value(trajectory, place) = 100000 trajectory + place in [time, ...space, channel].
"""

import importlib.util
import json
import sys
from pathlib import Path

import h5py
import numpy as np
import yaml
import zarr
from the_well.data.datasets import WellDataset
from the_well.data.normalization import ZScoreNormalization

folder = Path(sys.argv[1])
failed = 0


def check(name, ok, detail=""):
    global failed
    failed += not ok
    print(f"{'ok ' if ok else 'NO '} {name}{'' if ok else f': {detail}'}", flush=True)


def same(name, found, expected, tolerance=0.0):
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        return check(name, False, f"shape {found.shape}, not {expected.shape}")
    wrong = np.argwhere(~(np.abs(found.astype(np.float64) - expected) <= tolerance * (1 + np.abs(expected))))
    where = tuple(wrong[0]) if len(wrong) else ()
    check(f"{name}: {found.size} values", len(wrong) == 0, f"{where}: {found[where]}, not {expected[where]}")


def trajectory(case, number):
    shape = (case["frames"], *case["shape"], len(case["channels"]))
    return (np.arange(np.prod(shape)) + 100000 * number).reshape(shape).astype(np.float32)


def check_zarr(case, split, count):
    group = zarr.open_group(folder / case["name"] / f"{split}.zarr", mode="r")
    name = f"{case['name']} {split}, zarr-python"
    check(f"{name}: {count} trajectories", len(list(group["trajectories"].array_keys())) == count)
    check(f"{name}: channels", group.attrs["channels"] == case["channels"])
    for number in range(count):
        same(f"{name} {number}", group[f"trajectories/{number:06d}"][:], trajectory(case, number))


def check_well(case, split, count, validator):
    base = folder / case["name"]
    well_split = {"validation": "valid"}.get(split, split)
    name = f"{case['name']} {split}, the_well"
    path = base / "data" / well_split / f"{case['name']}.hdf5"
    if validator is not None:
        try:
            validator.check_hdf5_format(str(path))
            check(f"{name}: its format checker passes", True)
        except AssertionError as error:
            check(f"{name}: its format checker passes", False, str(error))
    everything = np.stack([trajectory(case, number) for number in range(count)])
    with h5py.File(path) as file:
        for field, order, components in case["fields"]:
            expected = everything[..., components] if order else everything[..., components[0]]
            same(f"{name}: {field} by h5py", file[f"t{order}_fields/{field}"][:], expected)
    data = WellDataset(path=str(base), well_split_name=well_split, n_steps_input=1, n_steps_output=1)
    frames = case["frames"]
    check(f"{name}: {count * (frames - 1)} samples", len(data) == count * (frames - 1), len(data))
    order = [c for _, _, components in case["fields"] for c in components]
    inputs, outputs = [], []
    for index in range(len(data)):
        sample = data[index]
        inputs.append(sample["input_fields"].numpy()[0])
        outputs.append(sample["output_fields"].numpy()[0])
    pairs = everything[..., order]
    same(f"{name}: inputs", np.stack(inputs), pairs[:, :-1].reshape(-1, *pairs.shape[2:]))
    same(f"{name}: outputs", np.stack(outputs), pairs[:, 1:].reshape(-1, *pairs.shape[2:]))
    sides = [[{"wall": 0, "periodic": 2}[kind]] * 2 for kind in case["boundary"]]
    same(f"{name}: boundaries", sample["boundary_conditions"], sides)
    centres = [(np.arange(n) + 0.5) * length / n for n, length in zip(case["shape"], case["extent"])]
    same(f"{name}: grid", sample["space_grid"], np.stack(np.meshgrid(*centres, indexing="ij"), -1), 1e-6)
    times = sample["output_time_grid"] - sample["input_time_grid"]
    same(f"{name}: time step", times, [case["frameInterval"]], 1e-6)
    same(f"{name}: parameters", sample["constant_scalars"], list(case["parameters"].values()), 1e-7)
    check(f"{name}: parameter names", data.metadata.constant_scalar_names == list(case["parameters"]))
    if split == "train":
        check_statistics(case, base, everything.astype(np.float64), name)


def check_statistics(case, base, everything, name):
    statistics = yaml.safe_load((base / "stats.yaml").read_text())
    change = np.diff(everything, axis=1)
    axes = tuple(range(everything.ndim - 1))
    for end, data in [("", everything), ("_delta", change)]:
        found = {"mean": data.mean(axes), "std": data.std(axes), "rms": np.sqrt((data**2).mean(axes))}
        for kind, expected in found.items():
            for field, order, components in case["fields"]:
                values = expected[components] if order else expected[components[0]]
                same(f"{name}: {kind}{end} of {field}", statistics[kind + end][field], values, 1e-9)
    data = WellDataset(
        path=str(base), well_split_name="train", use_normalization=True, normalization_type=ZScoreNormalization
    )
    check(f"{name}: its normalisation takes stats.yaml", data.norm is not None)


if __name__ == "__main__":
    checker = None
    if len(sys.argv) > 2:
        spec = importlib.util.spec_from_file_location("validator", sys.argv[2])
        checker = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(checker)
    for one in json.loads((folder / "cases.json").read_text()):
        for part, number in one["trajectories"].items():
            check_zarr(one, part, number)
            check_well(one, part, number, checker)
    print(f"{failed} failed")
    sys.exit(1 if failed else 0)
