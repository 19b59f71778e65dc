"""Makes the reference files of this folder and proves that the implementations agree.

    python make.py [--data FOLDER] [--keras2 FOLDER] [PART ...]
    python make.py [--data FOLDER] [layers losses losses2 metrics optimizers initializers random runs]

Needs numpy, keras, jax, torch and, for metrics, scikit-learn (versions in README.md). One thread each.
"""

import argparse
import math
import os
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import keras_reference
import initializers2 as all_initializers
import layers2 as second_layers
import numpy as np
import runs2 as small_runs
import torch_reference
import totals as all_totals

import cases
import cases_augment
import cases_insight
import cases_recurrent
import cases_schedules
import cases_updates
import keras2_release
import keras_updates
import cases_losses2
import cases_masks
import cases_metrics
import networks
import numpy_reference
import philox
import recurrent_reference
import torch_updates
from output import FOLDER, Agreement, number, numbers, tensor, write

VERSIONS = {"numpy": np.__version__, "keras": keras_reference.VERSION,
            "jax": keras_reference.JAX_VERSION, "torch": torch_reference.VERSION}
LAYOUT = ("tensors are {shape, data}, data row-major; pictures (n, c, h, w) whatever data_format says; "
          "kernels in Keras layout (in, out) and (kh, kw, in, out)")
LIBRARIES = [keras_updates, torch_updates]
EXACT, SINGLE = 1e-12, 1e-5
MOVEMENT = {"float64": 1e-9, "float32": 1e-1}


def away_from_kinks(case):
    """Nothing may sit where a slope jumps: there implementations may differ and be right."""
    config = dict(case["config"])
    if config.get("activation") in ("relu", "elu", "selu", "hard_sigmoid"):
        kinks = (-2.5, 2.5) if config.pop("activation") == "hard_sigmoid" else (0.0,)
        z, _ = numpy_reference.layer(case["class_name"], {**config, "activation": "linear"},
                                     case["input"], case["weights"])
        assert min(abs(z - kink).min() for kink in kinks) > 1e-3, case["name"]


def layers(agreement):
    draw, entries = cases.layers()
    rows = []
    for case in entries:
        away_from_kinks(case)
        y, back = numpy_reference.layer(case["class_name"], case["config"], case["input"],
                                        case["weights"], case["data_format"], case["mask"])
        case["upstream"] = draw.grid(*y.shape, reach=1.0)
        dx, dw = back(case["upstream"])
        for library in (keras_reference, torch_reference):
            got = library.layer_case(case)
            group = f"layers, float64, {library.__name__.split('_')[0]} with NumPy: "
            agreement.check(group + "output", EXACT, got[0], y, case["name"])
            agreement.check(group + "gradients", EXACT, got[1], dx, case["name"])
            assert set(got[2]) == set(dw) == set(case["weights"])
            for name, g in dw.items():
                agreement.check(group + "gradients", EXACT, got[2][name], g, case["name"])
        row = {k: case[k] for k in ("name", "class_name", "config", "data_format")}
        if case["mask"] is not None:
            row["random"] = case["random"]
            row["mask"] = tensor(case["mask"])
        row["input"] = tensor(case["input"])
        row["weights"] = {k: tensor(v) for k, v in case["weights"].items()}
        row["upstream"], row["output"] = tensor(case["upstream"]), tensor(y)
        row["input_gradient"] = tensor(dx)
        row["weight_gradients"] = {k: tensor(v) for k, v in dw.items()}
        rows.append(row)
    head = {"versions": VERSIONS, "layout": LAYOUT}
    write("layers_conv.json", head, cases=[r for r in rows if r["class_name"] == "Conv2D"])
    write("layers.json", head, cases=[r for r in rows if r["class_name"] != "Conv2D"])


def recurrent(agreement):
    draw, entries = cases_recurrent.recurrent()
    rows = recurrent_reference.cases(agreement, draw, entries, tensor, EXACT)
    write("recurrent.json", {"versions": VERSIONS}, cases=rows)


def losses(agreement):
    rows = []
    for name, entries in cases.losses().items():
        for case, y, p in entries:
            values, g = numpy_reference.loss(name, y, p)
            single, _ = numpy_reference.loss(name, y, p, np.float32)
            for library in (keras_reference, torch_reference):
                value, gradient = library.loss_case(name, y, p)
                group = f"losses, float64, {library.__name__.split('_')[0]} with NumPy"
                where = f"{name} {case}"
                if library is keras_reference and name.startswith("sparse") and case == "hard":
                    continue  # Keras 3 normalises before it clips, 2.0.8 after
                agreement.check(group + ": value", 1e-9, value, values.mean(), where)
                agreement.check(group + ": gradient", 1e-9, gradient, g, where)
            rows.append({"name": f"{name}_{case}", "loss": name, "targets": tensor(y),
                         "predictions": tensor(p), "per_sample": numbers(values),
                         "per_sample_float32": numbers(single), "value": number(values.mean()),
                         "gradient": tensor(g)})
    write("losses.json", {"versions": VERSIONS, "epsilon": 1e-7}, cases=rows)

def layers2(agreement):
    second_layers.layers2(agreement, VERSIONS)


def masks(agreement):
    cases_masks.masks(agreement, VERSIONS)


def insight(agreement):
    cases_insight.insight(agreement, VERSIONS)


def losses2(agreement):
    head = {"versions": VERSIONS, "epsilon": 1e-7, "weights": cases_losses2.WEIGHTS}
    write("losses2.json", head, cases=list(cases_losses2.rows(agreement)))


def metrics(agreement):
    versions = VERSIONS | {"scikit-learn": cases_metrics.sk_version, "scipy": cases_metrics.scipy_version}
    write("metrics.json", {"versions": versions}, cases=list(cases_metrics.rows(agreement)))

def augment(agreement):
    cases_augment.augment(agreement, VERSIONS)


def initializers2(agreement):
    all_initializers.initializers2(VERSIONS)


def totals(agreement):
    all_totals.totals(VERSIONS)


def runs2(agreement):
    small_runs.runs2(agreement, VERSIONS)


def optimizers(agreement):
    w, gradients = cases.optimizers()
    rows = []
    for name, kind, config in cases.OPTIMIZERS:
        after = numpy_reference.OPTIMIZERS[kind](config, w, gradients)
        checked = ["numpy"]
        for library in (keras_reference, torch_reference):
            got = library.optimizer_case(kind, config, w, gradients)
            if got is not None:
                short = library.__name__.split("_")[0]
                checked.append(short)
                agreement.check(f"optimizers, float64, {short} with NumPy: movement", 1e-9,
                                np.array(got) - w, np.array(after) - w, name)
        assert len(checked) > 1, name
        rows.append({"name": name, "class_name": kind, "config": config, "agreed": checked,
                     "after": [numbers(a) for a in after]})
    head = {"versions": VERSIONS, "initial": numbers(w), "gradients": [numbers(g) for g in gradients]}
    write("optimizers.json", head, cases=rows)


def updates(agreement, data_folder):
    cases_updates.make(agreement, write, VERSIONS, LIBRARIES, data_folder)


def schedules(agreement):
    cases_schedules.make(agreement, write, VERSIONS, LIBRARIES)


def initializers(agreement):
    rows, own = [], {}
    for id_, network in networks.NETWORKS.items():
        for index, (kernel, _) in networks.weights(network, networks.SEED).items():
            own[id_, index] = network["layers"][index]["config"]["kernel_initializer"]
            for name in ("glorot_uniform", "he_uniform", "normal", "uniform", "zeros"):
                t = philox.initial(name, networks.SEED, index, 0, kernel.shape)
                row = {"network": id_, "layer": index, "tensor": 0, "initializer": name,
                       "used": name == own[id_, index], "shape": list(t.shape)}
                if name in ("glorot_uniform", "he_uniform", "uniform"):
                    row["limit"] = number(philox.limit(name, t.shape))
                    drawn = abs(keras_reference.initializer_case(name, t.shape)).max()
                    # Keras's own draws must fill the same interval (at least 250 draws each).
                    assert 0.97 * row["limit"] < drawn <= row["limit"] * (1 + 1e-6), row
                wide = t.astype(np.float64)
                row |= {"first": numbers(t.reshape(-1)[:16]), "sum": number(wide.sum()),
                        "sum_of_squares": number((wide**2).sum())}
                rows.append(row)
    write("initializers.json", {"versions": VERSIONS, "seed": networks.SEED}, cases=rows)


def random(agreement):
    philox.check_known_answers()
    blocks = [{"counter": list(c), "key": list(k), "words": list(w)}
              for c, k, w in philox.KNOWN_ANSWERS]
    streams = []
    for seed, purpose, step, tag in ((7, 1, 0, 0), (7, 1, 0, 8), (7, 3, 0, 2), (7, 3, 9, 4),
                                     (4294967295, 2, 3, 1)):
        args = seed, purpose, step, tag, 16
        streams.append({"seed": seed, "purpose": purpose, "step": step, "tag": tag,
                        "words": [int(w) for w in philox.words(*args)],
                        "uniform": numbers(philox.uniform(*args)),
                        "normal": numbers(philox.normal(*args))})
    orders = []
    for seed, epoch, n in ((7, 0, 1), (7, 0, 2), (7, 0, 10), (7, 1, 10), (7, 0, 48_000), (7, 2, 60_000)):
        order = philox.permutation(seed, epoch, n)
        assert sorted(order) == list(range(n))
        weighted = sum(i * int(row) for i, row in enumerate(order))
        orders.append({"seed": seed, "epoch": epoch, "n": n, "first": [int(v) for v in order[:16]],
                       "sum_of_place_times_row": weighted})
    write("random.json", {"versions": VERSIONS}, blocks=blocks, streams=streams, orders=orders)


def _gradient_rows(gradients, initial):
    rows = []
    for index in initial:
        for name in ("kernel", "bias"):
            g = np.asarray(gradients[index, name], np.float64)
            stride = max(1, g.size // 32)
            while math.gcd(stride, g.size) > 1:  # else it stays in one column, perhaps a dead unit's
                stride -= 1
            sample = g.reshape(-1)[::stride][:32]
            assert (sample != 0).sum() > len(sample) / 4, (index, name)
            rows.append({"layer": index, "tensor": name, "shape": list(g.shape),
                         "l2": number(np.sqrt((g**2).sum())), "sum": number(g.sum()),
                         "stride": stride, "sample": numbers(sample)})
    return rows


def _rounding(network, initial, batches, masks, exact):
    """How far rounding alone moves the losses: float32 runs from weights that are 1 or 2 ulp off."""
    random, worst = np.random.default_rng(1), 0.0
    for _ in range(8):
        moved = {
            index: (kernel * (1 + 2.0**-23 * random.choice([-2, -1, 1, 2], kernel.shape)), bias)
            for index, (kernel, bias) in initial.items()
        }
        got = torch_reference.run(network, moved, batches, masks, "float32")
        worst = max(worst, abs(got["losses"] - exact["losses"]).max())
    return worst


def _run(agreement, where, strict, network, initial, batches, masks):
    exact = numpy_reference.run(network, initial, batches, masks)
    losses = {"float64": numbers(exact["losses"])}
    for library, dtype, limit in (
        (keras_reference, "float64", 1e-9),
        (torch_reference, "float64", 1e-9),
        # Adam of Keras 3 takes 1 - 0.999^t in float32: its first steps are 1e-5 shorter.
        (keras_reference, "float32", 1e-4),
        (torch_reference, "float32", SINGLE),
    ):
        got = library.run(network, initial, batches, masks, dtype)
        short = library.__name__.split("_")[0]
        group = f"runs, {short} {dtype} with NumPy float64: "
        if strict or dtype == "float64":
            agreement.check(group + "losses", limit, got["losses"], exact["losses"], where)
        else:
            agreement.check(group + "losses, seed that hangs on rounding", 1e-3, got["losses"],
                            exact["losses"], where)
        first = limit if dtype == "float64" else SINGLE
        agreement.check(group + "probabilities", first, got["probabilities"], exact["probabilities"],
                        where)
        for key, g in exact["gradients"].items():
            agreement.check(group + "gradients", first, got["gradients"][key], g, f"{where} {key}")
        for key, w in exact["weights"].items():
            # Adam divides tiny gradients by the root of their squares, so single elements whose
            # gradient is rounding noise move anywhere in float32: compare lengths of vectors.
            before = initial[key[0]][key[1] == "bias"]
            agreement.check(group + "movement of the weights (L2)", MOVEMENT[dtype],
                            got["weights"][key] - before, w - before, f"{where} {key}",
                            np.linalg.norm)
        if dtype == "float32":
            losses[f"{short}_float32"] = numbers(got["losses"])
    rounding = _rounding(network, initial, batches, masks, exact)
    assert rounding < 1e-4 or not strict, (where, rounding)
    weights = [{"layer": k[0], "tensor": k[1], "l2": number(np.sqrt((w**2).sum())),
                "sum": number(w.sum())} for k, w in exact["weights"].items()]
    out = {"losses": losses, "rounding": float(f"{rounding:.1e}"),
           "gradients": _gradient_rows(exact["gradients"], initial), "weights_after": weights}
    return out, exact["probabilities"]


def runs(agreement, data_folder):
    data = networks.read_mnist(data_folder)
    rows = []
    for id_, seed, strict in networks.RUNS:
        network = networks.NETWORKS[id_]
        initial = networks.weights(network, seed)
        batches = [networks.batch(network, data, n) for n in range(networks.UPDATES)]
        row = {"network": id_, "seed": seed, "strict": strict,
               **{k: network[k] for k in ("data_format", "batch", "parameters", "layers")}}
        args = strict, network, initial, batches
        off = [{}] * networks.UPDATES
        row["dropout_off"], p = _run(agreement, f"{id_} seed {seed} off", *args, off)
        row["probabilities"] = tensor(p)
        masks = [networks.masks(network, n, seed) for n in range(networks.UPDATES)]
        if masks[0]:
            row["dropout_on"], _ = _run(agreement, f"{id_} seed {seed} dropout", *args, masks)
        rows.append(row)
        print(id_, seed, "done", flush=True)
    head = {"versions": VERSIONS, "optimizer": networks.ADAM, "loss": "categorical_crossentropy",
            "updates": networks.UPDATES}
    write("runs.json", head, networks=rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ("layers", "losses", "optimizers", "initializers", "random", "runs", "recurrent")
    parts += ("layers2", "initializers2", "totals", "runs2")
    parts += ("updates", "schedules")
    parts += ("losses2", "metrics", "masks", "insight", "augment")
    parser.add_argument("parts", nargs="*", help=" ".join(parts))
    parser.add_argument("--data", default=FOLDER.parents[2] / "shared" / "data" / "mnist", type=Path)
    parser.add_argument("--keras2", help="an unpacked wheel of Keras 2.0.8, see keras2_release.py", type=Path)
    args = parser.parse_args()
    if args.keras2:
        keras2_release.load(args.keras2)
        LIBRARIES.append(keras2_release)
    unknown = set(args.parts) - set(parts)
    if unknown:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    if "augment" in (args.parts or parts) and not args.keras2:
        parser.error("the part augment runs Keras 2.0.8 itself: say where it is with --keras2")
    agreement = Agreement()
    for part in args.parts or parts:
        more = (args.data,) if part in ("runs", "updates") else ()
        globals()[part](agreement, *more)
    print(agreement.table())


if __name__ == "__main__":
    main()
