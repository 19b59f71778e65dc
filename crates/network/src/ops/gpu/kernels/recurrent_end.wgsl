// Outputs and last state, as the layer gives them.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at >= params[0].x * OUTPUTS * UNITS) {
        return;
    }
    let unit = at % UNITS;
    let place = at / UNITS % OUTPUTS;
    let sample = at / UNITS / OUTPUTS;
    let place_ = state_at(STEPS - OUTPUTS + place + 1u, sample) + unit;
    output[at] = states[place_];
    if (place == OUTPUTS - 1u) {
        put_last(sample * UNITS + unit, place_);
    }
}
