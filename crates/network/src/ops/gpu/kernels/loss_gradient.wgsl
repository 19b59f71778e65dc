// The gradient of the mean loss by the network's output, one row per thread.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    let rows = params[0].x;
    if (row >= rows) {
        return;
    }
    let base = row * CLASSES;
    if (!CROSS_ENTROPY) {
        for (var class_ = 0u; class_ < CLASSES; class_++) {
            let at = base + class_;
            let slope = select(2.0 * (output[at] - target_[at]), entropy_slope(output[at], target_[at]), BINARY);
            output_gradient[at] = slope / f32(rows * CLASSES);
        }
        return;
    }
    let sum = sum_of(base);
    // d p_j / d y_i = (i == j) / sum - y_j / sum^2
    var shared_ = 0.0;
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        let p = output[base + class_] / sum;
        let inside = clipped(p) == p;
        shared_ += select(0.0, target_[base + class_], inside);
    }
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        let p = output[base + class_] / sum;
        let own = select(0.0, target_[base + class_] / p, clipped(p) == p);
        output_gradient[base + class_] = (shared_ - own) / (sum * f32(rows));
    }
}
