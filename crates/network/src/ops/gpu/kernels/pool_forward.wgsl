// One number of the output per thread.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at >= params[0].x * OUT_H * OUT_W) {
        return;
    }
    let base = at / (OUT_H * OUT_W) * HEIGHT * WIDTH;
    let part = part_of(at / OUT_W % OUT_H, at % OUT_W);
    if (MAXIMUM) {
        output[at] = input[place_of(base, part)];
        return;
    }
    var sum = 0.0;
    for (var y = part.x; y < part.z; y++) {
        for (var x = part.y; x < part.w; x++) {
            sum += input[base + y * WIDTH + x];
        }
    }
    output[at] = sum / f32((part.z - part.x) * (part.w - part.y));
}
