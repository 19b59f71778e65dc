// The gradient of softmax: y (g - sum(g y)), one row per thread.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    if (row >= params[0].x) {
        return;
    }
    let base = row * CLASSES;
    var sum = 0.0;
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        sum += gradient[base + class_] * output[base + class_];
    }
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        let at = base + class_;
        input_gradient[at] = output[at] * (gradient[at] - sum);
    }
}
