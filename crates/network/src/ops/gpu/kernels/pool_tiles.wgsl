// The gradient where windows neither overlap nor are padded: one window per thread, which writes to all
// of its places; the last windows also to what no window covers.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at >= params[0].x * OUT_H * OUT_W) {
        return;
    }
    let row = at / OUT_W % OUT_H;
    let column = at % OUT_W;
    let base = at / (OUT_H * OUT_W) * HEIGHT * WIDTH;
    let part = part_of(row, column);
    let given = gradient[at];
    var best = 0u;
    if (MAXIMUM) {
        best = place_of(base, part);
    }
    let share = given / f32(SIZE_H * SIZE_W);
    let end_y = select(part.z, HEIGHT, row + 1u == OUT_H);
    let end_x = select(part.w, WIDTH, column + 1u == OUT_W);
    for (var y = part.x; y < end_y; y++) {
        for (var x = part.y; x < end_x; x++) {
            let place = base + y * WIDTH + x;
            let inside = y < part.z && x < part.w;
            let value = select(share, select(0.0, given, place == best), MAXIMUM);
            input_gradient[place] = select(0.0, value, inside);
        }
    }
}
