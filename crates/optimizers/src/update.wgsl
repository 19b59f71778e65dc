// One number of a weight per thread, in place. `update` is the rule, from `rules.rs`.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at < arrayLength(&weight)) {
        update(at);
    }
}
