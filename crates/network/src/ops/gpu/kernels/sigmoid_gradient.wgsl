// The gradient of the sigmoid: g y (1 - y).
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at < params[0].x) {
        let y = output[at];
        input_gradient[at] = gradient[at] * y * (1.0 - y);
    }
}
