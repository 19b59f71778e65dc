"""Inputs of the second set of layer cases: one function per file. Numbers are multiples of 1/64, exact in
float32; see cases.py. `layers2.py` computes and writes them."""

import philox
from cases import Draw


def case(name, kind, config, x, weights=None, data_format="channels_last", **more):
    return {"name": name, "class_name": kind, "config": config, "data_format": data_format,
            "dialect": "keras2", "mode": "use", "mask": None, "input": x, "weights": weights or {}} | more


def both_formats(name, kind, config, x, weights=None, **more):
    for data_format, short in (("channels_first", "first"), ("channels_last", "last")):
        yield case(f"{name}_{short}", kind, config, x, weights, data_format, **more)


# ---- convolutions ------------------------------------------------------------------------------------

# name, steps, features, filters, kernel size, padding, further settings
CONV1D = [
    ("valid", 7, 2, 3, 3, "valid", {}),
    ("valid_relu", 6, 3, 4, 2, "valid", {"activation": "relu"}),
    ("same", 6, 2, 3, 3, "same", {}),
    ("same_even_kernel", 5, 2, 3, 4, "same", {}),
    ("same_kernel_longer_than_input", 3, 2, 2, 5, "same", {}),
    ("causal", 6, 2, 3, 3, "causal", {"activation": "tanh"}),
    ("kernel_1", 4, 3, 2, 1, "valid", {}),
    ("valid_stride_2", 8, 2, 2, 3, "valid", {"strides": 2}),
    ("valid_stride_3", 8, 2, 2, 2, "valid", {"strides": 3}),
    ("same_stride_2_even", 6, 2, 2, 3, "same", {"strides": 2}),
    ("same_stride_2_odd", 7, 2, 2, 3, "same", {"strides": 2}),
    ("causal_stride_2", 7, 2, 2, 3, "causal", {"strides": 2}),
    ("valid_dilation_2", 8, 2, 3, 3, "valid", {"dilation_rate": 2}),
    ("same_dilation_3", 7, 2, 2, 3, "same", {"dilation_rate": 3}),
    ("same_dilation_2_even_kernel", 6, 1, 2, 2, "same", {"dilation_rate": 2}),
    ("causal_dilation_2", 6, 2, 2, 2, "causal", {"dilation_rate": 2}),
    ("causal_dilation_4", 7, 1, 3, 3, "causal", {"dilation_rate": 4}),
    ("groups_2", 5, 4, 6, 3, "same", {"groups": 2}),
    ("groups_3_causal", 5, 3, 3, 2, "causal", {"groups": 3}),
    ("no_bias", 5, 2, 3, 3, "same", {"use_bias": False}),
]


def conv1d(draw):
    for name, steps, features, filters, size, padding, more in CONV1D:
        config = {"filters": filters, "kernel_size": size, "padding": padding} | more
        weights = {"kernel": draw.grid(size, features // more.get("groups", 1), filters, reach=1.0)}
        if more.get("use_bias", True):
            weights["bias"] = draw.grid(filters, reach=1.0)
        yield case(f"conv1d_{name}", "Conv1D", config, draw.grid(2, steps, features), weights)


# name, (height, width), channels, filters, kernel, padding, further settings
CONV2D = [
    ("valid_dilation_2", (6, 7), 2, 2, [3, 3], "valid", {"dilation_rate": [2, 2]}),
    ("same_dilation_2_1", (5, 6), 1, 2, [3, 3], "same", {"dilation_rate": [2, 1]}),
    ("same_dilation_3_even_kernel", (6, 5), 1, 2, [2, 2], "same", {"dilation_rate": [3, 3]}),
    ("groups_2", (4, 5), 4, 4, [3, 3], "same", {"groups": 2, "activation": "relu"}),
    ("groups_3_stride_2", (5, 6), 3, 6, [3, 2], "same", {"groups": 3, "strides": [2, 2]}),
    ("groups_2_dilation_2", (5, 5), 2, 4, [2, 2], "valid", {"groups": 2, "dilation_rate": [2, 2]}),
]

DEPTHWISE = [
    ("valid", (5, 4), 2, 1, [3, 3], "valid", {}),
    ("same_multiplier_2", (4, 5), 3, 2, [3, 3], "same", {}),
    ("same_stride_2", (6, 5), 2, 2, [3, 3], "same", {"strides": [2, 2], "activation": "relu"}),
    ("valid_even_kernel_no_bias", (4, 4), 2, 3, [2, 2], "valid", {"use_bias": False}),
    ("same_dilation_2", (5, 5), 2, 1, [3, 3], "same", {"dilation_rate": [2, 2]}),
]

SEPARABLE = [
    ("valid", (5, 4), 2, 1, 3, [3, 3], "valid", {}),
    ("same_multiplier_2", (4, 5), 2, 2, 3, [3, 3], "same", {"activation": "relu"}),
    ("same_stride_2_no_bias", (5, 6), 3, 2, 2, [3, 3], "same", {"strides": [2, 2], "use_bias": False}),
]


def _window(filters, size, padding, more):
    return filters | {"kernel_size": size, "strides": [1, 1], "padding": padding} | more


def conv2d(draw):
    for name, size, channels, filters, kernel, padding, more in CONV2D:
        weights = {"kernel": draw.grid(*kernel, channels // more.get("groups", 1), filters, reach=1.0),
                   "bias": draw.grid(filters, reach=1.0)}
        yield from both_formats(f"conv2d_{name}", "Conv2D",
                                _window({"filters": filters}, kernel, padding, more),
                                draw.grid(2, channels, *size), weights)


def depthwise(draw):
    for name, size, channels, multiplier, kernel, padding, more in DEPTHWISE:
        weights = {"depthwise_kernel": draw.grid(*kernel, channels, multiplier, reach=1.0)}
        if more.get("use_bias", True):
            weights["bias"] = draw.grid(channels * multiplier, reach=1.0)
        yield from both_formats(f"depthwise_{name}", "DepthwiseConv2D",
                                _window({"depth_multiplier": multiplier}, kernel, padding, more),
                                draw.grid(2, channels, *size), weights)

    def separable(size, channels, multiplier, filters, kernel, padding, more):
        weights = {"depthwise_kernel": draw.grid(*kernel, channels, multiplier, reach=1.0),
                   "pointwise_kernel": draw.grid(1, 1, channels * multiplier, filters, reach=1.0)}
        if more.get("use_bias", True):
            weights["bias"] = draw.grid(filters, reach=1.0)
        wanted = {"filters": filters, "depth_multiplier": multiplier}
        return _window(wanted, kernel, padding, more), draw.grid(2, channels, *size), weights

    for name, *rest in SEPARABLE:
        yield from both_formats(f"separable_{name}", "SeparableConv2D", *separable(*rest))
    # 2.0.8 took dilation_rate and ignored it.
    one = separable((5, 5), 2, 1, 2, [2, 2], "same", {"dilation_rate": [2, 2]})
    for dialect in ("keras2", "keras3"):
        yield case(f"separable_dilation_2_{dialect}", "SeparableConv2D", *one, dialect=dialect)


# ---- pooling ---------------------------------------------------------------------------------------

# name, steps, pool, further settings
POOL1D = [
    ("2_even", 6, 2, {}),
    ("2_odd", 7, 2, {}),
    ("2_odd_same", 7, 2, {"padding": "same"}),
    ("3_stride_2", 7, 3, {"strides": 2, "padding": "valid"}),
    ("3_stride_2_same", 8, 3, {"strides": 2, "padding": "same"}),
    ("2_stride_1_same", 5, 2, {"strides": 1, "padding": "same"}),
]

POOL2D = [
    ("default_strides", (4, 7), {"pool_size": [2, 3]}),
    ("2_stride_1_same", (4, 5), {"pool_size": [2, 2], "strides": [1, 1], "padding": "same"}),
    ("3x2_strides_1_2_valid", (5, 6), {"pool_size": [3, 2], "strides": [1, 2], "padding": "valid"}),
    ("2_stride_3_same", (7, 5), {"pool_size": [2, 2], "strides": [3, 3], "padding": "same"}),
]


def pool(draw):
    for kind in ("Max", "Average"):
        for name, steps, size, more in POOL1D:
            yield case(f"{kind.lower()}_pool1d_{name}", f"{kind}Pooling1D",
                       {"pool_size": size} | more, draw.distinct(2, steps, 3))
        for name, size, config in POOL2D:
            yield from both_formats(f"{kind.lower()}_pool2d_{name}", f"{kind}Pooling2D", config,
                                    draw.distinct(2, 2, *size))
        yield case(f"global_{kind.lower()}_1d", f"Global{kind}Pooling1D", {}, draw.distinct(3, 5, 4))
        yield from both_formats(f"global_{kind.lower()}_2d", f"Global{kind}Pooling2D", {},
                                draw.distinct(2, 3, 4, 3))


# ---- shapes and masks ------------------------------------------------------------------------------


def shape(draw):
    yield case("flatten_sequence", "Flatten", {}, draw.grid(2, 4, 3))
    yield from both_formats("flatten_picture", "Flatten", {}, draw.grid(2, 3, 2, 4))
    yield case("reshape_vector_to_sequence", "Reshape", {"target_shape": [4, 3]}, draw.grid(2, 12))
    yield case("reshape_sequence_to_vector", "Reshape", {"target_shape": [12]}, draw.grid(2, 4, 3))
    yield case("reshape_sequence_rest", "Reshape", {"target_shape": [-1, 2]}, draw.grid(2, 4, 3))
    # Targets and dims count in the experiment's data format; tensors here are (n, c, h, w) all the same.
    yield from both_formats("reshape_vector_to_picture", "Reshape", {"target_shape": [2, 3, 4]},
                            draw.grid(2, 24))
    yield from both_formats("reshape_picture_to_sequence", "Reshape", {"target_shape": [-1, 4]},
                            draw.grid(2, 2, 3, 4))
    yield from both_formats("reshape_picture_to_vector", "Reshape", {"target_shape": [-1]},
                            draw.grid(2, 2, 3, 4))
    yield from both_formats("reshape_picture_to_picture", "Reshape", {"target_shape": [3, 2, 4]},
                            draw.grid(2, 2, 3, 4))
    yield case("permute_sequence", "Permute", {"dims": [2, 1]}, draw.grid(2, 4, 3))
    yield from both_formats("permute_picture_3_1_2", "Permute", {"dims": [3, 1, 2]},
                            draw.grid(2, 2, 3, 4))
    yield from both_formats("permute_picture_2_1_3", "Permute", {"dims": [2, 1, 3]},
                            draw.grid(2, 2, 3, 4))
    for name, padding in (("number", 1), ("pair", [1, 2]), ("sides", [[1, 0], [2, 3]])):
        yield from both_formats(f"zero_padding_{name}", "ZeroPadding2D", {"padding": padding},
                                draw.grid(2, 2, 3, 2))
    for name, size in (("number", 2), ("pair", [2, 3])):
        yield from both_formats(f"upsampling_{name}", "UpSampling2D", {"size": size},
                                draw.grid(2, 2, 3, 2))
    yield from _dropout(draw)


def _dropout(draw):
    def masked(name, kind, rate, x, kept, random, data_format="channels_last"):
        return case(name, kind, {"rate": rate}, x, data_format=data_format, mode="train",
                    mask=kept / (1 - rate) + 0 * x, random=random)

    def place(seed, step, layer):
        return {"seed": seed, "step": step, "layer": layer}

    # A whole sequence, elements row-major in (n, steps, features).
    kept = philox.dropout_mask(7, 1, 2, (2, 5, 4), 0.25)
    yield masked("dropout_sequence", "Dropout", 0.25, draw.grid(2, 5, 4), kept, place(7, 1, 2))
    # Spatial: one number per (sample, channel), element sample * channels + channel, in both formats.
    for step, layer in ((0, 1), (6, 3)):
        kept = philox.dropout_mask(7, step, layer, (3, 5), 0.4)
        yield masked(f"spatial_dropout_1d_step_{step}", "SpatialDropout1D", 0.4, draw.grid(3, 4, 5),
                     kept[:, None, :], place(7, step, layer))
    for data_format, step, layer in (("channels_first", 0, 2), ("channels_last", 4, 2)):
        kept = philox.dropout_mask(9, step, layer, (3, 4), 0.5)
        yield masked(f"spatial_dropout_2d_{data_format[9:]}", "SpatialDropout2D", 0.5,
                     draw.grid(3, 4, 3, 2), kept[:, :, None, None], place(9, step, layer), data_format)


# ---- normalisation -----------------------------------------------------------------------------------


def norm(draw):
    def weights(channels, config):
        found = {}
        if config.get("scale", True):
            found["gamma"] = draw.grid(channels) + 0.25
        if config.get("center", True):
            found["beta"] = draw.grid(channels)
        found["moving_mean"] = draw.grid(channels, reach=1.0)
        found["moving_variance"] = abs(draw.grid(channels)) + 0.5
        return found

    keras = {"momentum": 0.99, "epsilon": 0.001}
    for mode in ("train", "use"):
        for name, size, config in (
            ("vectors", (5, 4), keras),
            ("sequences", (2, 4, 3), keras),
            ("no_scale", (4, 3), keras | {"scale": False}),
            ("no_center", (4, 3), keras | {"center": False}),
            ("neither", (3, 4, 2), keras | {"scale": False, "center": False}),
            ("other_settings", (6, 3), {"momentum": 0.8, "epsilon": 1e-5}),
        ):
            yield case(f"batch_normalization_{mode}_{name}", "BatchNormalization", config,
                       draw.grid(*size), weights(size[-1], config), mode=mode)
        yield from both_formats(f"batch_normalization_{mode}_pictures", "BatchNormalization", keras,
                                draw.grid(2, 3, 3, 2), weights(3, keras), mode=mode)
    for name, size, config in (
        ("vectors", (4, 6), {}),
        ("sequences", (2, 3, 5), {}),
        ("no_scale", (3, 4), {"scale": False}),
        ("no_center", (2, 2, 4), {"center": False}),
        ("epsilon_1e-5", (2, 3, 4), {"epsilon": 1e-5}),
    ):
        config = {"epsilon": 0.001} | config
        found = weights(size[-1], config)
        kept = {k: v for k, v in found.items() if not k.startswith("moving")}
        yield case(f"layer_normalization_{name}", "LayerNormalization", config, draw.grid(*size), kept)


# ---- sequences -------------------------------------------------------------------------------------


def sequence(draw):
    yield from _embedding(draw)
    yield from _attention(draw)
    for activation in ("linear", "relu", "softmax"):
        yield case(f"dense_sequence_{activation}", "Dense", {"units": 4, "activation": activation},
                   draw.grid(2, 3, 5),
                   {"kernel": draw.grid(5, 4, reach=1.0), "bias": draw.grid(4, reach=1.0)})
    yield case("dense_sequence_no_bias", "Dense", {"units": 2, "use_bias": False},
               draw.grid(2, 4, 3), {"kernel": draw.grid(3, 2)})
    yield from _time_distributed(draw)
    yield from _bidirectional(draw)


def _embedding(draw):
    ids = draw.random.integers(0, 6, (3, 5)).astype(float)
    ids[0, 0], ids[0, 1], ids[1, 3] = 0, 5, 5  # first, last and repeated ids
    yield case("embedding", "Embedding", {"input_dim": 6, "output_dim": 4}, ids,
               {"embeddings": draw.grid(6, 4)})
    same = draw.random.integers(0, 2, (2, 4)) * 7.0
    yield case("embedding_two_ids", "Embedding", {"input_dim": 8, "output_dim": 3}, same,
               {"embeddings": draw.grid(8, 3)})
    for name, steps, known in (("all", 4, 4), ("shorter_input", 3, 5)):
        yield case(f"position_embedding_{name}", "PositionEmbedding", {"sequence_length": known},
                   draw.grid(2, steps, 3), {"embeddings": draw.grid(known, 3)})


def _attention(draw):
    for name, (n, steps, dim), heads, key_dim, more in (
        ("one_head", (2, 4, 3), 1, 3, {}),
        ("two_heads", (2, 4, 4), 2, 3, {}),
        ("two_heads_causal", (2, 5, 4), 2, 2, {"use_causal_mask": True}),
        ("three_heads_causal_no_bias", (2, 3, 6), 3, 2, {"use_causal_mask": True, "use_bias": False}),
        ("value_dim", (2, 3, 4), 2, 3, {"value_dim": 2}),
        ("one_step", (3, 1, 4), 2, 2, {"use_causal_mask": True}),
    ):
        value_dim = more.get("value_dim", key_dim)
        weights = {}
        for part, last in (("query", key_dim), ("key", key_dim), ("value", value_dim)):
            weights[f"{part}/kernel"] = draw.grid(dim, heads, last, reach=1.0)
            if more.get("use_bias", True):
                weights[f"{part}/bias"] = draw.grid(heads, last, reach=1.0)
        weights["attention_output/kernel"] = draw.grid(heads, value_dim, dim, reach=1.0)
        if more.get("use_bias", True):
            weights["attention_output/bias"] = draw.grid(dim, reach=1.0)
        yield case(f"attention_{name}", "MultiHeadAttention",
                   {"num_heads": heads, "key_dim": key_dim} | more, draw.grid(n, steps, dim), weights)


def _inner(kind, config):
    return {"layer": {"class_name": kind, "config": config}}


def _time_distributed(draw):
    yield case("time_distributed_dense", "TimeDistributed",
               _inner("Dense", {"units": 3, "activation": "tanh"}), draw.grid(2, 4, 5),
               {"kernel": draw.grid(5, 3, reach=1.0), "bias": draw.grid(3, reach=1.0)})
    config = {"filters": 2, "kernel_size": [2, 3], "strides": [1, 1], "padding": "same",
              "activation": "relu"}
    weights = {"kernel": draw.grid(2, 3, 2, 2, reach=1.0), "bias": draw.grid(2, reach=1.0)}
    yield from both_formats("time_distributed_conv2d", "TimeDistributed", _inner("Conv2D", config),
                            draw.grid(2, 3, 2, 3, 4), weights)
    yield from both_formats("time_distributed_max_pool", "TimeDistributed",
                            _inner("MaxPooling2D", {"pool_size": [2, 2]}), draw.distinct(2, 3, 2, 4, 4))
    yield from both_formats("time_distributed_flatten", "TimeDistributed", _inner("Flatten", {}),
                            draw.grid(2, 3, 2, 2, 3))


GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}


def _bidirectional(draw):
    for kind, merges in (("SimpleRNN", ("concat", "mul")), ("LSTM", ("concat", "sum", "ave")),
                         ("GRU", ("concat", "mul", "sum"))):
        for i, merge in enumerate(merges):
            for sequences in (True, False) if merge == "concat" else (i % 2 == 0,):
                units, features, gates = 2, 3, GATES[kind]
                config = {"units": units, "activation": "tanh", "return_sequences": sequences}
                if gates > 1:
                    config["recurrent_activation"] = "hard_sigmoid"
                weights = {}
                for side in ("forward", "backward"):
                    weights[f"{side}/kernel"] = draw.grid(features, gates * units, reach=0.75)
                    weights[f"{side}/recurrent_kernel"] = draw.grid(units, gates * units, reach=0.75)
                    weights[f"{side}/bias"] = draw.grid(gates * units, reach=0.5)
                name = f"bidirectional_{kind.lower()}_{merge}" + ("_sequences" if sequences else "")
                yield case(name, "Bidirectional", _inner(kind, config) | {"merge_mode": merge},
                           draw.grid(2, 4, features, reach=1.0), weights)


# ---- merges ----------------------------------------------------------------------------------------


def merge(draw):
    for kind in ("Add", "Multiply"):
        for count in (2, 3):
            grids = lambda *size: [draw.grid(*size) for _ in range(count)]
            yield case(f"{kind.lower()}_{count}_vectors", kind, {}, grids(3, 4))
            yield case(f"{kind.lower()}_{count}_sequences", kind, {}, grids(2, 3, 4))
            yield from both_formats(f"{kind.lower()}_{count}_pictures", kind, {}, grids(2, 2, 3, 2))
    for count in (2, 3):
        sizes = (2, 3, 1)[:count]
        grids = lambda size: [draw.grid(*size(k)) for k in sizes]
        yield case(f"concatenate_{count}_vectors", "Concatenate", {"axis": -1}, grids(lambda k: (3, k)))
        yield case(f"concatenate_{count}_sequences_features", "Concatenate", {"axis": -1},
                   grids(lambda k: (2, 3, k)))
        yield case(f"concatenate_{count}_sequences_steps", "Concatenate", {"axis": 1},
                   grids(lambda k: (2, k, 3)))
        yield case(f"concatenate_{count}_pictures_first", "Concatenate", {"axis": 1},
                   grids(lambda k: (2, k, 2, 3)), data_format="channels_first")
        yield case(f"concatenate_{count}_pictures_last", "Concatenate", {"axis": -1},
                   grids(lambda k: (2, k, 2, 3)), data_format="channels_last")


# ---- activations -----------------------------------------------------------------------------------


def activation(draw):
    def shapes(name, kind, config, **more):
        for place, size in (("vectors", (3, 8)), ("sequences", (2, 3, 4))):
            yield case(f"{name}_{place}", kind, config, _clear(draw, size), **more)
        yield case(f"{name}_pictures", kind, config, _clear(draw, (2, 2, 2, 3)),
                   data_format="channels_first", **more)

    for name in ("linear", "relu", "elu", "selu", "sigmoid", "tanh", "softplus", "softsign"):
        yield from shapes(name, "Activation", {"activation": name})
    for name in ("leaky_relu", "swish", "silu", "gelu"):  # not in 2.0.8
        yield from shapes(name, "Activation", {"activation": name}, dialect="keras3")
    yield from shapes("gelu_approximate", "Activation", {"activation": "gelu", "approximate": True},
                      dialect="keras3")
    for dialect in ("keras2", "keras3"):
        yield from shapes(f"hard_sigmoid_{dialect}", "Activation", {"activation": "hard_sigmoid"},
                          dialect=dialect)
    yield from shapes("leaky_relu_layer_keras2", "LeakyReLU", {"alpha": 0.3})
    yield from shapes("leaky_relu_layer_keras3", "LeakyReLU", {"negative_slope": 0.1}, dialect="keras3")
    yield from shapes("elu_layer", "ELU", {"alpha": 0.5})
    config = {"activation": "softmax"}
    yield case("softmax_vectors", "Activation", config, draw.grid(3, 6, reach=4.0))
    yield case("softmax_sequences", "Activation", config, draw.grid(2, 3, 4, reach=4.0))
    yield from both_formats("softmax_pictures_channels", "Activation", config,
                            draw.grid(2, 3, 2, 3, reach=4.0))
    big = draw.grid(2, 4)
    big[0] += [0, 80, 90, 30]  # exp(90) is beyond float32
    yield case("softmax_large", "Activation", config, big)


def _clear(draw, size):
    """Values in [-4, 4], not within 1/64 of a kink of any activation (0, 2.5, 3)."""
    x = draw.grid(*size, reach=4.0)
    for kink in (0.0, 2.5, -2.5, 3.0, -3.0):
        x[abs(x - kink) < 1 / 64] += 3 / 64
    return x


FILES = {"layers_conv1d.json": conv1d, "layers_conv2d.json": conv2d,
         "layers_depthwise.json": depthwise, "layers_pool.json": pool, "layers_shape.json": shape,
         "layers_norm.json": norm, "layers_sequence.json": sequence, "layers_merge.json": merge,
         "layers_activation.json": activation}


def layers2():
    """{file: (Draw, cases)}, without upstream gradients. Each file has its own generator, so that adding
    a case to one leaves the others as they are."""
    found = {}
    for i, (file, function) in enumerate(FILES.items()):
        draw = Draw(20180810 + i)
        found[file] = draw, list(function(draw))
    return found
