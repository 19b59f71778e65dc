// Adds up the parts of a sum, in their order, and finishes it.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let size = sizes();
    let at = id.y * groups.x * THREADS + id.x;
    let count = size.x * size.y;
    if (at >= count) {
        return;
    }
    var value = 0.0;
    for (var part = 0u; part < params[0].z; part++) {
        value += parts[part * count + at];
    }
    finish(at / size.y, at % size.y, value);
}
