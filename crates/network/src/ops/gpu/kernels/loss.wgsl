// The loss of one row and its gradient, after Keras 2.0.8: for the cross-entropy the output is divided
// by its sum and clipped, and a clipped number has no gradient.
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
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        let difference = output[base + class_] - target_[base + class_];
        loss += difference * difference;
    }
    return loss / f32(CLASSES);
}
