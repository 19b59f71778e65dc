// From the engine's order (channel, row, column) to the order of channels_last (row, column, channel),
// or back.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at >= params[0].x) {
        return;
    }
    let image = at / (CHANNELS * PLANE);
    let within = at % (CHANNELS * PLANE);
    let other = (image * CHANNELS + within % CHANNELS) * PLANE + within / CHANNELS;
    if (BACK) {
        output[other] = input[at];
    } else {
        output[at] = input[other];
    }
}
