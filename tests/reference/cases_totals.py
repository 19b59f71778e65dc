"""The networks of the sources, in Keras's names: `networks()` gives every one with the total that the source
states. Pictures are (c, h, w) whatever the data format."""

BOOK, CHAPTERS = "keras-practice-book", "four-chapters"


def layer(kind, name=None, inputs=None, **config):
    row = {"class_name": kind, "config": config}
    if name:
        row = {"name": name} | row
    return row | ({"inputs": inputs} if inputs else {})


def dense(units, activation="linear", **more):
    return layer("Dense", units=units, activation=activation, **more)


def conv(filters, size, padding="valid", activation="relu", **more):
    return layer("Conv2D", filters=filters, kernel_size=[size, size], padding=padding,
                 activation=activation, **more)


def pool(size=2, **more):
    return layer("MaxPooling2D", pool_size=[size, size], **more)


def dropout(rate):
    return layer("Dropout", rate=rate)


FLATTEN, NORM = layer("Flatten"), layer("BatchNormalization")


def mlp(*units, last="linear", hidden="relu"):
    return [*(dense(u, hidden) for u in units[:-1]), dense(units[-1], last)]


def lstm(units, **more):
    return layer("LSTM", units=units, **more)


def embedding(words, size):
    return layer("Embedding", input_dim=words, output_dim=size)


def _conv1d():
    return [layer("Conv1D", filters=32, kernel_size=3, padding="same", activation="relu"),
            layer("MaxPooling1D", pool_size=2)]


def _nin():
    """15.5, Network in Network."""
    pooled = [pool(3, strides=[2, 2], padding="same"), dropout(0.5)]
    sizes = [[(192, 5), (160, 1), (96, 1)], [(192, 5), (192, 1), (192, 1)], [(192, 3), (192, 1), (10, 1)]]
    blocks = [[conv(filters, size, "same") for filters, size in block] for block in sizes]
    return [*blocks[0], *pooled, *blocks[1], *pooled, *blocks[2],
            layer("GlobalAveragePooling2D"), layer("Activation", activation="softmax")]


def _cifar(widths, head):
    """15.3 and 15.4 (their max-norm constraints have no parameters)."""
    out = []
    for f in widths:
        out += [conv(f, 3, "same"), dropout(0.2), conv(f, 3, "same"), pool()]
    return out + [FLATTEN, *head]


def _cifar_deep():
    out = []
    for f, rate in ((32, 0.2), (64, 0.3), (128, 0.4)):
        out += [conv(f, 3, "same"), NORM, conv(f, 3, "same"), NORM, pool(), dropout(rate)]
    return [*out, FLATTEN, dense(10, "softmax")]


def _vgg(convolutions, padded=False, dropped=False):
    """`padded`: as 002 writes it by hand, with a ZeroPadding2D before each convolution."""
    out = []
    for count, filters in zip(convolutions, (64, 128, 256, 512, 512)):
        for _ in range(count):
            if padded:
                out.append(layer("ZeroPadding2D", padding=[1, 1]))
            out.append(conv(filters, 3, "valid" if padded else "same"))
        out.append(pool(2, strides=[2, 2]))
    drop = [dropout(0.5)] if dropped else []
    return [*out, FLATTEN, dense(4096, "relu"), *drop, dense(4096, "relu"), *drop, dense(1000, "softmax")]


def _text_cnn():
    """004-IMDB-CNN: three widths beside each other, joined along time."""
    out = [layer("Embedding", "words", ["text"], input_dim=10_000, output_dim=128)]
    names = []
    for width in (3, 4, 5):
        names.append(f"width_{width}")
        out.append(layer("Conv1D", names[-1], ["words"], filters=128, kernel_size=width,
                         padding="valid", activation="relu"))
    return out + [
        layer("Concatenate", "joined", names, axis=1),
        layer("GlobalMaxPooling1D", "largest", ["joined"]),
        layer("Dropout", "dropped", ["largest"], rate=0.5),
        layer("Dense", "class", ["dropped"], units=2, activation="softmax"),
    ]


def _vqa():
    """004-VQA: a question of word vectors beside features of a picture."""
    out = [
        layer("LSTM", "lstm_1", ["language"], units=512, return_sequences=True),
        layer("LSTM", "lstm_2", ["lstm_1"], units=512, return_sequences=True),
        layer("LSTM", "lstm_3", ["lstm_2"], units=512),
        layer("Reshape", "picture", ["image"], target_shape=[4096]),
        layer("Concatenate", "both", ["lstm_3", "picture"], axis=-1),
    ]
    before = "both"
    for i in (1, 2, 3):
        out.append(layer("Dense", f"dense_{i}", [before], units=1024))
        out.append(layer("Dropout", f"dropout_{i}", [f"dense_{i}"], rate=0.5))
        before = f"dropout_{i}"
    return [*out, layer("Dense", "answer", [before], units=1000, activation="softmax")]


def network(id_, source, place, marked, stated, shape, layers, data_format="channels_last", **more):
    """`marked`: printed by the source, [calc] in its inventory, or none (no total there)."""
    shape = {"inputs": shape} if isinstance(shape, dict) else {"input_shape": list(shape)}
    return {"id": id_, "source": source, "place": place, "marked": marked, "stated": stated,
            "data_format": data_format} | shape | {"layers": layers} | more


def _book():
    first = "channels_first"
    iris = mlp(4, 6, 3, last="softmax")
    head = [dense(512, "relu"), dropout(0.5), dense(10, "softmax")]
    large = [dropout(0.2), dense(1024, "relu"), dropout(0.2), dense(512, "relu"), dropout(0.2),
             dense(10, "softmax")]
    words = embedding(5000, 32)
    two = [dense(250, "relu"), dense(1, "sigmoid")]
    stateful = {"stateful": True, "batch": 1}
    drops = {"dropout": 0.2, "recurrent_dropout": 0.2}
    for row in (
        ("3.8", "3.8, 5.2, 5.3, 6.1, 6.2: model P", "calc", 221, (8,), mlp(12, 8, 1, last="sigmoid")),
        ("4.2.1", "4.2.1: two inputs, three weights", "printed", 3, (2,), [dense(1)]),
        ("7.5", "7.5, 10, 11.3: model I", "calc", 71, (4,), iris),
        ("8.2", "8.2, 8.3: [13]", "calc", 196, (13,), mlp(13, 1)),
        ("8.4-20", "8.4: [20]", "none", None, (13,), mlp(20, 1)),
        ("8.4-13-6", "8.4: [13, 6]", "none", None, (13,), mlp(13, 6, 1)),
        ("9.3", "9.3, 9.4, 9.5: [16]", "calc", 289, (16,), mlp(16, 1, last="sigmoid")),
        ("9.5-30", "9.5: [30]", "none", None, (16,), mlp(30, 1, last="sigmoid")),
        ("9.5-16-8", "9.5: [16, 8]", "none", None, (16,), mlp(16, 8, 1, last="sigmoid")),
        ("9.5-30-8", "9.5: [30, 8]", "none", None, (16,), mlp(30, 8, 1, last="sigmoid")),
        ("11.2.1", "11.2.1: model I behind dropout", "none", None, (4,), [dropout(0.2), *iris]),
        ("11.2.2", "11.2.2: dropout behind both hidden layers", "none", None, (4,),
         [iris[0], dropout(0.2), iris[1], dropout(0.2), iris[2]]),
        ("12", "12: one unit on a 32x32 grey picture, 1024 weights and a bias", "printed", 1025,
         (1, 32, 32), [FLATTEN, dense(1)]),
        ("13.3", "13.3", "calc", 623_290, (1, 28, 28), [FLATTEN, *mlp(784, 10, last="softmax")], first),
        ("13.4", "13.4", "calc", 592_074, (1, 28, 28),
         [conv(32, 5), pool(), dropout(0.2), FLATTEN, *mlp(128, 10, last="softmax")], first),
        ("13.5", "13.5", "calc", 59_933, (1, 28, 28),
         [conv(30, 5), pool(), conv(15, 3), pool(), dropout(0.2), FLATTEN,
          *mlp(128, 50, 10, last="softmax")], first),
        ("15.3", "15.3, printed code", "calc", 4_210_090, (3, 32, 32), _cifar([32], head), first),
        ("15.4", "15.4", "calc", 2_915_114, (3, 32, 32), _cifar([32, 64, 128], large), first),
        ("15.5", "15.5: Network in Network", "printed", 966_986, (3, 32, 32), _nin()),
        ("16.3", "16.3: Embedding alone", "printed", 160_000, (500,), [words]),
        ("16.4", "16.4", "printed", 4_160_501, (500,), [words, FLATTEN, *two]),
        ("16.5", "16.5", "printed", 2_163_605, (500,), [words, *_conv1d(), FLATTEN, *two]),
        ("18.3", "18.3", "calc", 25, (1,), mlp(8, 1)),
        ("18.4", "18.4", "calc", 161, (3,), mlp(12, 8, 1)),
        ("19.1", "19.1 (and 19.3 as printed)", "calc", 101, (1, 1), [lstm(4), dense(1)]),
        ("19.2", "19.2", "calc", 133, (1, 3), [lstm(4), dense(1)]),
        ("19.3", "19.3 as meant", "none", None, (3, 1), [lstm(4), dense(1)]),
        ("19.4", "19.4", "calc", 101, (3, 1), [lstm(4, stateful=True), dense(1)], "channels_last",
         stateful),
        ("19.5", "19.5", "calc", 245, (3, 1),
         [lstm(4, stateful=True, return_sequences=True), lstm(4, stateful=True), dense(1)],
         "channels_last", stateful),
        ("20.2", "20.2", "calc", 213_301, (500,), [words, lstm(100), dense(1, "sigmoid")]),
        ("20.3", "20.3", "none", None, (500,),
         [words, dropout(0.2), lstm(100), dropout(0.2), dense(1, "sigmoid")]),
        ("20.3b", "20.3, recurrent dropout", "none", None, (500,),
         [words, lstm(100, **drops), dense(1, "sigmoid")]),
        ("20.4", "20.4", "calc", 216_405, (500,), [words, *_conv1d(), lstm(100), dense(1, "sigmoid")]),
        ("21.4", "21.4", "calc", 32_051, (1, 8),
         [lstm(50, return_sequences=True), lstm(50, **drops), dense(1)]),
        ("22.5", "22.5 (about)", "calc", 1_105_061, (20,),
         [embedding(2789, 32), *_conv1d(), lstm(256), dropout(0.2), dense(2789, "softmax")]),
        ("A.2", "A.2: one neuron on a 28x28x3 picture, 2352 weights", "printed", 2352, (3, 28, 28),
         [FLATTEN, dense(1, use_bias=False)]),
    ):
        id_, *rest = row
        more = rest.pop() if isinstance(rest[-1], dict) else {}
        yield network(id_, BOOK, *rest, **more)


def _chapters():
    for row in (
        ("000-toy", "000: 5 inputs, 8 hidden units, 3 outputs, with biases", "calc", 75, (5,),
         mlp(8, 3, last="softmax")),
        ("000-toy-no-bias", "000: the same without biases", "calc", 64, (5,),
         [dense(8, "relu", use_bias=False), dense(3, "softmax", use_bias=False)]),
        ("000-GTSRB-CNN1", "000-GTSRB-CNN1", "calc", 1_409_387, (1, 32, 32),
         [conv(32, 3, "same"), FLATTEN, dense(43, "softmax")]),
        ("000-GTSRB-CNN2", "000-GTSRB-CNN2", "calc", 4_228_747, (1, 32, 32),
         [conv(32, 3, "same"), NORM, conv(32, 3, "same"), NORM, pool(), dropout(0.4), FLATTEN,
          dense(512, "relu"), NORM, dropout(0.5), dense(43, "softmax")]),
        ("000-IMDB-LSTM", "000-IMDB-LSTM", "calc", 6_925_569, (100,),
         [embedding(25_000, 256), lstm(256, dropout=0.4, recurrent_dropout=0.4), dense(1, "sigmoid")]),
        ("002-CONVEXAMPLE", "002: the single layer shown", "none", None, (1, 28, 28),
         [conv(32, 3), pool()]),
        ("002-LENET", "002-LENET", "printed", 431_080, (1, 28, 28),
         [conv(20, 5), pool(2, strides=[2, 2]), conv(50, 5), pool(2, strides=[2, 2]), FLATTEN,
          *mlp(500, 10, last="softmax")]),
        ("002-CIFAR-SIMPLE", "002-CIFAR-SIMPLE", "calc", 3_692_938, (3, 32, 32),
         [conv(32, 3), pool(), dropout(0.25), FLATTEN, dense(512, "relu"), dropout(0.5),
          dense(10, "softmax")]),
        ("002-CIFAR-DEEP", "002-CIFAR-DEEP, 002-CIFAR-AUG", "calc", 309_290, (3, 32, 32), _cifar_deep()),
        ("002-VGG16-CAT", "002-VGG16-CAT: by hand", "printed", 138_357_544, (3, 224, 224),
         _vgg((2, 2, 3, 3, 3), padded=True, dropped=True)),
        ("002-VGG16-BUILTIN", "002-VGG16-BUILTIN, 004-KERASVIS: configuration D", "printed", 138_357_544,
         (3, 224, 224), _vgg((2, 2, 3, 3, 3))),
        ("004-VGG19", "004-CLASSIFY5, 002-STYLE: configuration E", "printed", 143_667_240,
         (3, 224, 224), _vgg((2, 2, 4, 4, 4))),
        ("002-INCV3-TRANSFER", "002- and 004-INCV3-TRANSFER: the new head on 2048 features", "calc",
         2_098_176 + 205_000, (2048,), mlp(1024, 200, last="softmax")),
        ("003-IRIS", "003-IRIS", "calc", 51, (4,), mlp(6, 3, last="sigmoid")),
        ("003-CAPTCHA", "003-CAPTCHA, 26 letters", "calc", 42_726, (400,),
         mlp(100, 26, hidden="linear")),
        ("003-CIFAR-CNN", "003-CIFAR-CNN", "calc", 874_058, (3, 32, 32),
         [conv(32, 3), pool(), conv(64, 2), pool(), conv(128, 2), pool(), FLATTEN,
          *mlp(500, 500, 10, last="softmax")], "channels_first"),
        ("004-IMDB-CNN", "004-IMDB-CNN", "calc", 1_477_250, {"text": [100]}, _text_cnn()),
        ("004-VQA", "004-VQA", "printed", 13_707_240, {"language": [30, 300], "image": [4096]}, _vqa()),
    ):
        id_, *rest = row
        yield network(id_, CHAPTERS, *rest)


# What the sources print or compute layer by layer (layers with parameters only).
PER_LAYER = {
    "15.5": [14592, 30880, 15456, 460992, 37056, 37056, 331968, 37056, 1930],
    "16.4": [160_000, 4_000_250, 251],
    "16.5": [160_000, 3104, 2_000_250, 251],
    "000-GTSRB-CNN1": [320, 1_409_067],
    "000-GTSRB-CNN2": [320, 128, 9248, 128, 4_194_816, 2048, 22_059],
    "000-IMDB-LSTM": [6_400_000, 525_312, 257],
    "002-LENET": [520, 25_050, 400_500, 5010],
    "002-CIFAR-SIMPLE": [896, 3_686_912, 5130],
    "002-CIFAR-DEEP": [896, 128, 9248, 128, 18_496, 256, 36_928, 256, 73_856, 512, 147_584, 512, 20_490],
    "002-INCV3-TRANSFER": [2_098_176, 205_000],
    "003-IRIS": [30, 21],
    "003-CIFAR-CNN": [896, 8256, 32_896, 576_500, 250_500, 5010],
    "004-IMDB-CNN": [1_280_000, 49_280, 65_664, 82_048, 258],
    "004-VQA": [1_665_024, 2_099_200, 2_099_200, 4_719_616, 1_049_600, 1_049_600, 1_025_000],
}
# ... and numbers that do not train.
FIXED = {"002-CIFAR-DEEP": 896}


def networks():
    return [*_book(), *_chapters()]
