// 1 / (1 + e^-x), number by number.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at < params[0].x) {
        output[at] = 1.0 / (1.0 + exp(-input[at]));
    }
}
