// One number of the input per thread: it collects base all windows that cover it, so that no two
// threads write to one place.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.y * groups.x * THREADS + id.x;
    if (at >= params[0].x * HEIGHT * WIDTH) {
        return;
    }
    let plane = at / (HEIGHT * WIDTH);
    let base = plane * HEIGHT * WIDTH;
    // Rows and columns as the windows count them, padding included.
    let y = at / WIDTH % HEIGHT + TOP;
    let x = at % WIDTH + LEFT;
    let first_row = (max(y + 1u, SIZE_H) - SIZE_H + STRIDE_H - 1u) / STRIDE_H;
    let first_column = (max(x + 1u, SIZE_W) - SIZE_W + STRIDE_W - 1u) / STRIDE_W;
    let last_row = min(y / STRIDE_H + 1u, OUT_H);
    let last_column = min(x / STRIDE_W + 1u, OUT_W);
    var sum = 0.0;
    for (var row = first_row; row < last_row; row++) {
        for (var column = first_column; column < last_column; column++) {
            let part = part_of(row, column);
            let given = gradient[(plane * OUT_H + row) * OUT_W + column];
            if (MAXIMUM) {
                if (place_of(base, part) == at) {
                    sum += given;
                }
            } else {
                sum += given / f32((part.z - part.x) * (part.w - part.y));
            }
        }
    }
    input_gradient[at] = sum;
}
