// Softmax over the last axis, one row per thread.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    if (row >= params[0].x) {
        return;
    }
    let base = row * CLASSES;
    var largest = input[base];
    for (var class_ = 1u; class_ < CLASSES; class_++) {
        largest = max(largest, input[base + class_]);
    }
    var sum = 0.0;
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        let value = exp(input[base + class_] - largest);
        output[base + class_] = value;
        sum += value;
    }
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        output[base + class_] /= sum;
    }
}
