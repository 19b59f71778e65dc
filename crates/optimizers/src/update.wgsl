// The update rules, after Keras 2.0.8, one number of a weight per thread, in place. The rule is a
// constant; `slice.rs` is the same for the CPU.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at >= params[0].x) {
        return;
    }
    update(at, gradient[at], bitcast<f32>(params[0].y));
}
