// The state before the first step: what was given, else zeros.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at >= params[0].x * STATES * UNITS) {
        return;
    }
    let sample = at / (STATES * UNITS);
    let unit = at % (STATES * UNITS);
    if (unit < UNITS) {
        states[at] = first_h(sample * UNITS + unit);
    } else {
        states[at] = first_c(sample * UNITS + unit - UNITS);
    }
}
