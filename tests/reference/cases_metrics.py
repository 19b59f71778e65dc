"""Metrics: inputs, values by formulas written out in NumPy, compared with scikit-learn and, for the accuracies,
with Keras 3.

A case: outputs (n, width), targets as class numbers or as (n, width) numbers, a loss and a dialect (they decide
what `accuracy` is), the metrics asked for, and what they give by name. Outputs are exact in float32, so that ties
are ties everywhere.
"""

import keras
import numpy as np
import sklearn.metrics as sk
from scipy import __version__ as scipy_version
from scipy.stats import rankdata
from sklearn import __version__ as sk_version

import keras_reference
from cases import Draw
from output import number, numbers, tensor

EPSILON = 1e-7
AVERAGES = ("micro", "macro", "weighted")


# ---- formulas ------------------------------------------------------------------------------------------


def accuracy(y, p):
    """y: class numbers; the first of equal outputs answers."""
    return np.mean(p.argmax(-1) == y)


def binary_accuracy(y, p, threshold=None):
    """y as p; without a threshold 2.0.8's rounding, half to even."""
    return np.mean((np.round(p) if threshold is None else (p > threshold) * 1.0) == y)


def top_k(y, p, k):
    own = p[np.arange(len(p)), y][:, None]
    return np.mean((p > own).sum(-1) < k)


def counts(y, answers, classes):
    """Per class: hits, answers, rows."""
    ranges = [(answers == c) & (y == c) for c in range(classes)]
    return np.array([[h.sum(), (answers == c).sum(), (y == c).sum()] for c, h in enumerate(ranges)])


def _part(part, whole):
    return np.where(whole == 0, 0.0, part / np.maximum(whole, 1))


SCORES = {"precision": lambda c: _part(c[..., 0], c[..., 1]),
          "recall": lambda c: _part(c[..., 0], c[..., 2]),
          "f1": lambda c: _part(2 * c[..., 0], c[..., 1] + c[..., 2])}


def averaged(name, c, average, all_classes=False):
    values, rows = SCORES[name](c), c[:, 2]
    if average == "binary":
        return values[1]
    if average == "micro":
        return SCORES[name](c.sum(0))
    if average == "weighted":
        return (values * rows).sum() / rows.sum()
    present = np.full(len(c), True) if all_classes else c[:, 1:].sum(-1) > 0
    return values[present].mean()


def area(truth, scores):
    """Mann-Whitney: the ranks of the class's rows, ties by mid-ranks."""
    yes, ranks = truth.sum(), rankdata(scores)
    return (ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * (len(truth) - yes))


def r2(y, p):
    total, rest = ((y - y.mean(0)) ** 2).sum(0), ((y - p) ** 2).sum(0)
    flat = np.where(rest == 0, 1.0, 0.0)
    return np.where(total == 0, flat, 1 - rest / np.where(total == 0, 1, total)).mean()


def perplexity(y, p, logits):
    if logits:
        log = p - p.max(-1, keepdims=True)
        log = log - np.log(np.exp(log).sum(-1, keepdims=True))
    else:
        log = np.log(np.clip(p / p.sum(-1, keepdims=True), EPSILON, 1 - EPSILON))
    return np.exp(-log[np.arange(len(p)), y].mean())


# ---- cases -----------------------------------------------------------------------------------------------


def _narrow(a):
    return a.astype(np.float32).astype(np.float64)


class Case:
    def __init__(self, agreement, name, loss, dialect, y, p):
        self.agreement, self.name, self.y, self.p = agreement, name, y, p
        self.row = {"name": name, "loss": loss, "dialect": dialect, "outputs": tensor(p)}
        classes = y.dtype.kind == "i"
        self.row |= {"classes": [int(c) for c in y]} if classes else {"targets": tensor(y)}
        self.row |= {"metrics": [], "expected": {}}

    def ask(self, metric, key, value, library, other):
        """`value` under `key`; `other` is what the library says."""
        group = f"metrics, {library} with NumPy"
        self.agreement.check(group, 1e-12, np.array(other), np.array(value), f"{self.name} {key}")
        if metric not in self.row["metrics"]:
            self.row["metrics"].append(metric)
        for index, one in enumerate(np.atleast_1d(value)):
            place = f"{key}[{index}]" if np.ndim(value) else key
            self.row["expected"][place] = number(one)

    def keras(self, metric, key, value, function, *args):
        keras_reference._precision("float64")
        got = np.mean(np.asarray(function(*args)))
        self.ask(metric, key, value, "keras", got)

    def scores(self, c, y, answers, averages, all_classes=False):
        """Precision, recall, F1: by every average, the default one and per class."""
        labels = None if all_classes else list(range(len(c)))
        for name in SCORES:
            function = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}[name]
            for average in averages:
                value = averaged(name, c, average, all_classes)
                other = function(y, answers, average=average, zero_division=0)
                self.ask({"name": name, "average": average}, f"{name}_{average}", value, "scikit-learn", other)
            default = "binary" if len(c) == 2 and not all_classes else "macro"
            other = function(y, answers, average=default, zero_division=0)
            self.ask(name, name, averaged(name, c, default, all_classes), "scikit-learn", other)
            each = function(y, answers, labels=labels, average=None, zero_division=0)
            self.ask({"name": name, "average": "none"}, name, SCORES[name](c), "scikit-learn", each)

    def confusion(self, y, answers, classes):
        matrix = np.zeros((classes, classes), int)
        np.add.at(matrix, (y, answers), 1)
        other = sk.confusion_matrix(y, answers, labels=list(range(classes)))
        self.agreement.check("metrics, scikit-learn with NumPy", 0, other, matrix, f"{self.name} confusion")
        self.row["metrics"].append("confusion_matrix")
        self.row["confusion"] = matrix.tolist()

    def errors(self, y):
        d, mse = self.p - y, sk.mean_squared_error(y, self.p)
        self.ask("mse", "mse", (d * d).mean(), "scikit-learn", mse)
        self.ask("mae", "mae", abs(d).mean(), "scikit-learn", sk.mean_absolute_error(y, self.p))
        self.ask("rmse", "rmse", np.sqrt((d * d).mean()), "scikit-learn", np.sqrt(mse))
        self.ask("r2", "r2", r2(y, self.p), "scikit-learn", sk.r2_score(y, self.p))


def _several_classes(agreement, name, loss, dialect, y, p, ranked=True):
    case, classes = Case(agreement, name, loss, dialect, y, p), p.shape[1]
    hot, answers = np.eye(classes)[y], p.argmax(-1)
    by_entry = loss == "binary_crossentropy" and dialect == "keras2"
    if by_entry:
        case.ask("accuracy", "accuracy", binary_accuracy(hot, p), "scikit-learn",
                 sk.accuracy_score(hot.ravel(), np.round(p).ravel()))
    else:
        case.ask("accuracy", "accuracy", accuracy(y, p), "scikit-learn", sk.accuracy_score(y, answers))
    case.keras("categorical_accuracy", "categorical_accuracy", accuracy(y, p),
               keras.metrics.categorical_accuracy, hot, p)
    for k in (1, 2, classes):
        case.keras({"name": "top_k_categorical_accuracy", "k": k}, f"top_{k}_categorical_accuracy",
                   top_k(y, p, k), keras.metrics.top_k_categorical_accuracy, hot, p, k)
    c = counts(y, answers, classes)
    case.scores(c, y, answers, AVERAGES)
    case.confusion(y, answers, classes)
    if ranked:
        areas = np.array([area(y == k, p[:, k]) for k in range(classes)])
        if classes == 2:
            case.ask("roc_auc", "roc_auc", areas[1], "scikit-learn", sk.roc_auc_score(y, p[:, 1]))
        else:
            # By columns, as for yes-or-no answers: scikit-learn's `ovr` wants rows that sum to 1.
            for average, key, value in (("macro", "roc_auc", areas.mean()), ("macro", "roc_auc_macro", areas.mean()),
                                        ("weighted", "roc_auc_weighted", (areas * c[:, 2]).sum() / len(y)),
                                        (None, "roc_auc", areas)):
                asked = {"name": "roc_auc", "average": average or "none"}
                other = sk.roc_auc_score(hot, p, average=average)
                if abs(p.sum(-1) - 1).max() < 1e-9 and average:
                    other = sk.roc_auc_score(y, p, average=average, multi_class="ovr")
                case.ask("roc_auc" if key == "roc_auc" and average else asked, key, value, "scikit-learn", other)
    logits = isinstance(loss, dict) and loss.get("from_logits", False)
    case.ask("perplexity", "perplexity", perplexity(y, p, logits), "keras", np.exp(np.mean(np.asarray(
        keras.losses.categorical_crossentropy(hot, p, from_logits=logits)))))
    case.errors(hot)
    return case.row


def _one_output(agreement, name, dialect, y, p):
    case, rounded = Case(agreement, name, "binary_crossentropy", dialect, y, p), binary_accuracy(y[:, None], p)
    if dialect == "keras2":
        case.ask("accuracy", "accuracy", rounded, "scikit-learn", sk.accuracy_score(y, np.round(p[:, 0])))
    else:
        value = binary_accuracy(y[:, None], p, 0.5)
        case.keras("accuracy", "accuracy", value, keras.metrics.binary_accuracy, y[:, None], p)
    value = binary_accuracy(y[:, None], p, 0.25)
    case.keras({"name": "binary_accuracy", "threshold": 0.25}, "binary_accuracy", value,
               keras.metrics.binary_accuracy, y[:, None], p, 0.25)
    answers = (p[:, 0] > 0.5) * 1
    case.scores(counts(y, answers, 2), y, answers, ("binary", *AVERAGES))
    case.confusion(y, answers, 2)
    case.ask("roc_auc", "roc_auc", area(y == 1, p[:, 0]), "scikit-learn", sk.roc_auc_score(y, p[:, 0]))
    return case.row


def _yes_or_no(agreement, name, dialect, y, p):
    case, answers = Case(agreement, name, "binary_crossentropy", dialect, y, p), (p > 0.5) * 1
    if dialect == "keras2":
        case.ask("accuracy", "accuracy", binary_accuracy(y, p), "scikit-learn",
                 sk.accuracy_score(y.ravel(), np.round(p).ravel()))
    else:
        case.keras("accuracy", "accuracy", accuracy(y.argmax(-1), p), keras.metrics.categorical_accuracy, y, p)
    c = np.stack([(answers * y).sum(0), answers.sum(0), y.sum(0)], -1).astype(int)
    case.scores(c, y.astype(int), answers, AVERAGES, all_classes=True)
    areas = np.array([area(y[:, k] == 1, p[:, k]) for k in range(y.shape[1])])
    case.ask("roc_auc", "roc_auc", areas.mean(), "scikit-learn", sk.roc_auc_score(y, p))
    weighted = {"name": "roc_auc", "average": "weighted"}
    value = (areas * y.sum(0)).sum() / y.sum()
    case.ask(weighted, "roc_auc_weighted", value, "scikit-learn", sk.roc_auc_score(y, p, average="weighted"))
    return case.row


def _regression(agreement, name, y, p):
    case = Case(agreement, name, "mse", "keras2", y, p)
    case.errors(y)
    if y.shape[1] == 1:
        case.ask("accuracy", "accuracy", binary_accuracy(y, p), "scikit-learn",
                 np.mean([a == b for a, b in zip(y[:, 0], np.rint(p[:, 0]))]))
    return case.row


def rows(agreement):
    """The rows of metrics.json."""
    draw = Draw(20180805)
    integers = draw.random.integers
    y = integers(0, 4, 60)
    raw = integers(1, 9, (60, 4)) + 6.0 * np.eye(4)[y] * (draw.random.random((60, 1)) > 0.4)
    soft = raw / raw.sum(-1, keepdims=True)
    soft = _narrow(soft)
    yield _several_classes(agreement, "four_classes", "categorical_crossentropy", "keras2", y, soft)
    yield _several_classes(agreement, "sparse", "sparse_categorical_crossentropy", "keras3", y, soft)
    ties = integers(0, 4, (40, 3)) / 4.0 + 0.25
    yield _several_classes(agreement, "ties", "mse", "keras2", integers(0, 3, 40), ties)
    # Of five classes one is never answered, one never occurs, one neither nor.
    some = np.array([0, 1, 2])[integers(0, 3, 30)]
    few = integers(0, 64, (30, 5)) / 64.0 + np.array([1.0, 1.0, -4.0, 1.0, -4.0])
    few[:, 3] -= 0.5
    yield _several_classes(agreement, "absent_classes", "mse", "keras3", some, few, ranked=False)
    logits = {"name": "categorical_crossentropy", "from_logits": True}
    yield _several_classes(agreement, "logits", logits, "keras3", integers(0, 3, 25), draw.grid(25, 3, reach=8.0))
    two = integers(0, 2, 30)
    chance = integers(0, 17, 30) / 16.0
    pair = np.stack([1 - chance, chance], -1)
    for dialect in ("keras2", "keras3"):
        yield _several_classes(agreement, f"two_outputs_{dialect}", "binary_crossentropy", dialect, two, pair)
        one = integers(0, 9, (40, 1)) / 8.0  # 0.5 and 0.25 occur
        yield _one_output(agreement, f"one_output_{dialect}", dialect, integers(0, 2, 40), one)
        many = (draw.random.random((40, 3)) > 0.6) * 1.0
        yield _yes_or_no(agreement, f"yes_or_no_{dialect}", dialect, many, integers(0, 9, (40, 3)) / 8.0)
    y, p = draw.grid(40, 1), draw.grid(40, 1)
    yield _regression(agreement, "numbers", y, y + p / 8)
    far = 8192.0 + y  # a sum of squares without the mean would cancel
    yield _regression(agreement, "far_from_zero", far, far + p / 8)
    wide = draw.grid(20, 3)
    wide[:, 1] = 0.75  # equal targets
    yield _regression(agreement, "three_outputs", wide, wide + draw.grid(20, 3) / 4)
    constant = np.full((5, 1), 2.5)
    yield _regression(agreement, "all_equal_and_right", constant, constant)
    halves = np.array([[0.0], [2.0], [2.0], [4.0], [-0.0], [1.0]])
    yield _regression(agreement, "rounding", halves, np.array([[0.5], [1.5], [2.5], [3.5], [-0.5], [1.25]]))
    # Two answers of their own are not two classes.
    pair = (draw.random.random((30, 2)) > 0.5) * 1.0
    yield _yes_or_no(agreement, "two_answers", "keras2", pair, integers(0, 9, (30, 2)) / 8.0)
