"""Makes pictures.json: what the sets of pictures must become, computed without any code of ours.

    python pictures_reference.py [--data FOLDER]

Needs numpy, Pillow and scikit-image (versions in the file). FOLDER: ../shared/data.
"""

import argparse
import csv
import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import skimage
from PIL import Image
from skimage.color import rgb2lab
from skimage.transform import resize

HERE = Path(__file__).parent


def digits(values):
    return [float(f"{value:.9g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def sha256(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def cifar10(archive):
    """Labels, pixels (row, channel, y, x), and what 15.5 and 002-CIFAR-DEEP take away and divide by."""
    with tarfile.open(archive) as tar:
        batches = {Path(member.name).name: np.frombuffer(tar.extractfile(member).read(), np.uint8).reshape(-1, 3073)
                   for member in tar if member.name.endswith("batch.bin") or "data_batch_" in member.name}
    parts = [np.concatenate([batches[f"data_batch_{i}.bin"] for i in range(1, 6)]), batches["test_batch.bin"]]
    train = parts[0][:, 1:].reshape(-1, 3, 1024)
    return {"parts": [{"rows": len(part), "labels": part[:10, 0].tolist(), "labels_sha256": sha256(part[:, 0]),
                       "pixels_sha256": sha256(part[:, 1:])} for part in parts],
            "ship": int(parts[0][100, 0]), "mean": digits([train.mean(dtype=np.float64)])[0],
            "sd": digits([train.std(dtype=np.float64)])[0], "channel_mean": digits(train.mean((0, 2), dtype=np.float64)),
            "channel_sd": digits([train[:, c].std(dtype=np.float64) for c in range(3)])}


def gtsrb(archive):
    """As the source prepares a picture: float32, / 255, LAB, channel 0, 32 x 32 with mode reflect and anti-aliasing."""
    rows, ids = [], []
    with zipfile.ZipFile(archive) as bundle:
        for name in sorted(n for n in bundle.namelist() if n.endswith(".ppm")):
            folder, file = Path(name).parts[-2:]
            track = (int(folder), int(file[:5]))
            ids.append(track)
            picture = np.asarray(Image.open(io.BytesIO(bundle.read(name))).convert("RGB")).astype(np.float32) / 255
            light = resize(rgb2lab(picture)[:, :, 0], (32, 32), mode="reflect", anti_aliasing=True)
            rows.append(2.55 * light.astype(np.float64))
        listed = sum(len(list(csv.reader(io.StringIO(bundle.read(n).decode()), delimiter=";"))) - 1
                     for n in bundle.namelist() if n.endswith(".csv"))
    rows = np.array(rows)
    tracks = sorted(set(ids))
    some = [0, 1, 71, 72, 1000, 2000, len(rows) - 1]
    return {"rows": len(rows), "listed": listed, "tracks": len(tracks), "mean": digits([rows.mean()])[0],
            "labels_sha256": sha256(np.array([track[0] for track in ids], np.uint8)),
            "groups_sha256": sha256(np.array([tracks.index(track) for track in ids], "<u4")),
            "some": [{"row": row, "label": ids[row][0], "light": [float(f"{v:.5g}") for v in rows[row].ravel()]}
                     for row in some]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=HERE.parents[1].parent / "shared" / "data")
    data = parser.parse_args().data
    found = {
        "versions": {"numpy": np.__version__, "scikit-image": skimage.__version__},
        "cifar10": cifar10(data / "cifar10" / "cifar-10-binary.tar.gz"),
        "gtsrb": gtsrb(data / "gtsrb" / "GTSRB_Final_Training_Images_subset.zip"),
    }
    (HERE / "pictures.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
