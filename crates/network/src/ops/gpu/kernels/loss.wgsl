// The loss of one row and its gradient, after Keras 2.0.8: for the categorical cross-entropy the output is divided
// by its sum and clipped, for the binary one clipped, and a clipped number has no gradient. LOGITS: the binary one
// of what comes before a sigmoid.
const CLIP: f32 = 1e-7;

fn sum_of(base: u32) -> f32 {
    var sum = 0.0;
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        sum += output[base + class_];
    }
    return sum;
}

// Keeps what is not a number.
fn clipped(p: f32) -> f32 {
    return select(select(p, CLIP, p < CLIP), 1.0 - CLIP, p > 1.0 - CLIP);
}

// The binary cross-entropy of one output.
fn entropy(x: f32, wanted: f32) -> f32 {
    if (LOGITS) {
        return select(x, 0.0, x < 0.0) - x * wanted + log(1.0 + exp(-abs(x)));
    }
    // Both sides are clipped, because 1 - (1 - 1e-7) is not 1e-7 in 32 bits.
    return -(wanted * log(clipped(x)) + (1.0 - wanted) * log(clipped(1.0 - x)));
}

// Its gradient.
fn entropy_slope(x: f32, wanted: f32) -> f32 {
    if (LOGITS) {
        return 1.0 / (1.0 + exp(-x)) - wanted;
    }
    return select(0.0, (1.0 - wanted) / (1.0 - x) - wanted / x, clipped(x) == x);
}

fn row_loss(base: u32) -> f32 {
    var loss = 0.0;
    if (CROSS_ENTROPY) {
        let sum = sum_of(base);
        for (var class_ = 0u; class_ < CLASSES; class_++) {
            let wanted = target_[base + class_];
            let p = clipped(output[base + class_] / sum);
            loss -= select(0.0, wanted * log(p), wanted != 0.0);
        }
        return loss;
    }
    if (BINARY) {
        for (var class_ = 0u; class_ < CLASSES; class_++) {
            loss += entropy(output[base + class_], target_[base + class_]);
        }
        return loss / f32(CLASSES);
    }
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        let difference = output[base + class_] - target_[base + class_];
        loss += difference * difference;
    }
    return loss / f32(CLASSES);
}
