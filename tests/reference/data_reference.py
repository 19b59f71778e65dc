"""Makes data.json: what the data sets must become, computed without any code of ours.

    python data_reference.py [--data FOLDER]

Needs numpy, scikit-learn and keras (versions in README.md), and NLTK 3.2.5's treebank.py, which is fetched by
`pip download nltk==3.2.5` and loaded alone (the package itself no longer runs on Python 3.11). FOLDER: ../shared/data.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import statistics
import tarfile
from pathlib import Path

import numpy as np
import sklearn
from sklearn.preprocessing import MinMaxScaler, StandardScaler

HERE = Path(__file__).parent
CODES = {
    "job": "admin. unknown unemployed management housemaid entrepreneur student blue-collar self-employed "
           "retired technician services",
    "marital": "married single divorced",
    "education": "unknown primary secondary tertiary",
    "default": "no yes", "housing": "no yes", "loan": "no yes", "y": "no yes",
    "contact": "cellular unknown telephone",
    "poutcome": "unknown other success failure",
    "month": "- jan feb mar apr may jun jul aug sep oct nov dec",
    "cbwd": "NE NW SE cv",
}


def digits(values):
    return [float(f"{value:.9g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def moments(name, x, y):
    """The first three rows, and mean, sd, least and largest value of every column."""
    x = np.asarray(x, dtype=np.float64)
    return {"name": name, "rows": len(x), "first": [digits(row) for row in x[:3]], "targets": digits(y[:3]),
            "target_sum": digits([np.sum(y)])[0], "mean": digits(x.mean(0)), "sd": digits(x.std(0)),
            "min": digits(x.min(0)), "max": digits(x.max(0))}


def tables(folder):
    pima = np.array([line.split(",") for line in (folder / "pima-indians-diabetes.csv").read_text().split()], float)
    yield moments("pima", pima[:, :8], pima[:, 8])
    iris = [line.split(",") for line in (folder / "iris.data").read_text().split()]
    species = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]
    yield moments("iris", [[float(v) for v in row[:4]] for row in iris], [species.index(row[4]) for row in iris])
    boston = np.loadtxt(folder / "housing.data")
    yield moments("boston", boston[:, :13], boston[:, 13])
    with open(folder / "bank.csv", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    code = {name: words.split() for name, words in CODES.items()}
    bank = np.array([[code[k].index(v) if k in code else float(v) for k, v in row.items()] for row in rows])
    yield moments("bank", bank[:, :16], bank[:, 16])


def windows(series, look_back, lost):
    """The book's loop: range(len - look_back - 1) loses a pair, range(len - look_back) does not."""
    starts = range(len(series) - look_back - lost)
    return (np.array([series[i:i + look_back].ravel() for i in starts]),
            np.array([series[i + look_back, 0] for i in starts]))


def airline(folder):
    with open(folder / "international-airline-passengers.csv", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) == 2][1:]
    series = np.array([[float(row[1])] for row in rows])
    assert len(series) == 144
    cases = []
    for look_back, lost, scaler in [(1, 1, "none"), (3, 1, "none"), (3, 0, "none"), (1, 1, "all"), (3, 0, "train")]:
        values = series
        cut = int(len(series) * 0.67)
        if scaler != "none":
            fitted = MinMaxScaler().fit(series if scaler == "all" else series[:cut])
            values = fitted.transform(series)
        parts = [windows(values[:cut], look_back, lost), windows(values[cut:], look_back, lost)]
        cases.append({"look_back": look_back, "drop_last_pair": bool(lost), "scaler_rows": scaler,
                      "rows": [len(y) for _, y in parts],
                      "parts": [{"first": digits(x[0]), "last": digits(x[-1]), "sum": digits([x.sum()])[0],
                                 "targets": digits(y[[0, -1]]), "target_sum": digits([y.sum()])[0]}
                                for x, y in parts]})
    return cases


def beijing(folder):
    """Chapter 21 as printed: mean of everything, windows over everything, each part with a scaler of its own."""
    with open(folder / "PRSA_data_2010.1.1-2014.12.31.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ["pm2.5", "DEWP", "TEMP", "PRES", "cbwd", "Iws", "Is", "Ir"]
    code = CODES["cbwd"].split()
    series = np.array([[code.index(row[n]) if n == "cbwd" else np.nan if row[n] == "NA" else float(row[n])
                        for n in names] for row in rows])
    missing = int(np.isnan(series).sum())
    mean = np.nanmean(series[:, 0])
    series[:, 0] = np.where(np.isnan(series[:, 0]), mean, series[:, 0])
    x, y = windows(series, 1, 0)
    train, test = (x[:35040], y[:35040]), (x[-120:], y[-120:])
    parts = []
    for inputs, targets in (train, test):
        scaled = MinMaxScaler().fit_transform(inputs)
        parts.append({"first": digits(scaled[0]), "last": digits(scaled[-1]), "mean": digits(scaled.mean(0)),
                      "targets": digits(targets[[0, -1]]), "target_sum": digits([targets.sum()])[0]})
    return {"instants": len(series), "missing": missing, "mean": digits([mean])[0],
            "first_known": digits(series[24]), "last": digits(series[-1]), "parts": parts}


def imdb(folder):
    """load_data of Keras 2.0.8 (its source, section 12 of the notes on it), padded by Keras's own function."""
    from keras.utils import pad_sequences
    with np.load(folder / "imdb.npz", allow_pickle=True) as f:
        parts = [(f["x_train"], f["y_train"], 113), (f["x_test"], f["y_test"], 226)]
    loaded = []
    for x, y, seed in parts:
        x, y = x.copy(), y.copy()
        np.random.seed(seed)
        np.random.shuffle(x)
        np.random.seed(seed)
        np.random.shuffle(y)
        loaded.append(([[1] + [w + 3 for w in row] for row in x], y))
    everything = loaded[0][0] + loaded[1][0]
    lengths = [len(row) for row in everything]
    largest = max(max(row) for row in everything)
    known = [[w if w < largest else 2 for w in row] for row in everything]
    cases = []
    for num_words, skip_top, maxlen, side in [(5000, 0, 500, "pre"), (25000, 0, 100, "pre"), (1000, 20, 50, "post")]:
        case = {"num_words": num_words, "skip_top": skip_top, "maxlen": maxlen, "side": side, "parts": []}
        for x, y in loaded:
            x = [[w if skip_top <= w < num_words else 2 for w in row] for row in x]
            x = pad_sequences(x, maxlen=maxlen, padding=side, truncating=side)
            case["parts"].append({"sha256": hashlib.sha256(x.astype("<u4").tobytes()).hexdigest(),
                                  "labels_sha256": hashlib.sha256(y.astype("<u2").tobytes()).hexdigest(),
                                  "first": x[0, -12:].tolist(), "labels": y[:10].tolist()})
        cases.append(case)
    return {"first": loaded[0][0][0][:8], "first_length": len(loaded[0][0][0]), "longest": max(lengths),
            "length_mean": digits([statistics.fmean(lengths)])[0], "length_sd": digits([np.std(lengths)])[0],
            "distinct": len({w for row in known for w in row}), "largest": largest, "cases": cases}


def treebank():
    """NLTK 3.2.5's rules, with the additions of its word_tokenize."""
    archive = next(HERE.glob("nltk-3.2.5*.tar.gz"), None) or Path(os.environ.get("NLTK_ARCHIVE", "nltk-3.2.5.tar.gz"))
    with tarfile.open(archive) as tar:
        source = tar.extractfile("nltk-3.2.5/nltk/tokenize/treebank.py").read().decode()
    source = source.replace("from nltk.tokenize.api import TokenizerI", "TokenizerI = object")
    source = source.replace("from nltk.tokenize.util import align_tokens", "")
    names = {}
    exec(source, names)
    kind = names["TreebankWordTokenizer"]
    tokenizer = kind()
    tokenizer.STARTING_QUOTES = [(re.compile("([«“‘])"), r" \1 ")] + kind.STARTING_QUOTES
    tokenizer.ENDING_QUOTES = [(re.compile("([»”’])"), r" \1 ")] + kind.ENDING_QUOTES
    stop = re.compile(r"([^\.])(\.)([\]\)}>\"'»”’ ]*)\s*$")
    tokenizer.PUNCTUATION = [(stop, r"\1 \2 \3 ")] + kind.PUNCTUATION
    return tokenizer.tokenize


def alice(folder):
    text = (folder / "alice_in_wonderland_pg11.txt").read_bytes().decode("ascii").replace("\r", "")
    story = text[text.index("CHAPTER I."):text.index("THE END")]
    tokenize, tokens = treebank(), []
    for line in story.split("\n"):
        words = []
        for sentence in re.sub(r"([.!?])(['\")\]}>]*)(\s|$)", r"\1\2\n", line.strip()).split("\n"):
            words += tokenize(sentence)
        tokens += [w.lower() for w in words[:words.index("CHAPTER")] if w] if "CHAPTER" in words else \
                  [w.lower() for w in words]
    ids = {word: index for index, word in enumerate(sorted(set(tokens)))}
    coded = np.array([ids[word] for word in tokens])
    starts = range(0, 33200 - 20, 20)
    rows = np.array([coded[i:i + 20] for i in starts])
    labels = np.array([coded[i + 20] for i in starts])
    story = "\n".join(line.rstrip() for line in story.strip().split("\n")) + "\n"
    return {"text_sha256": hashlib.sha256(story.encode()).hexdigest(), "characters": len(story),
            "different_characters": len(set(story.lower())), "tokens": len(tokens), "different": len(ids),
            "tokens_sha256": hashlib.sha256("\n".join(tokens).encode()).hexdigest(), "first": tokens[:12],
            "rows": len(rows), "ids_sha256": hashlib.sha256(rows.astype("<u4").tobytes()).hexdigest(),
            "labels_sha256": hashlib.sha256(labels.astype("<u2").tobytes()).hexdigest()}


def scalers(folder):
    """Boston, learned from every row but each tenth, applied to rows 0, 10 and 505."""
    boston = np.loadtxt(folder / "housing.data")
    train = [row for row in range(506) if row % 10]
    cases = []
    for name, scaler in (("standard", StandardScaler()), ("min_max", MinMaxScaler())):
        scaler.fit(boston[train])
        scaled = scaler.transform(boston[[0, 10, 505]])
        cases.append({"scaler": name, "rows": [digits(row[:13]) for row in scaled], "targets": digits(scaled[:, 13])})
    return cases


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=HERE.parents[1].parent / "shared" / "data")
    data = parser.parse_args().data
    import keras
    found = {
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "keras": keras.__version__,
                     "nltk": "3.2.5"},
        "tables": list(tables(data / "tabular")),
        "scalers": scalers(data / "tabular"),
        "airline": airline(data / "timeseries"),
        "beijing": beijing(data / "timeseries"),
        "imdb": imdb(data / "imdb"),
        "alice": alice(data / "text"),
    }
    (HERE / "data.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
