// Pooling: the part of a window that lies in the picture, as (top, left, bottom, right) with the last
// two beyond the end. Padding is smaller than a window, so the part is never empty.
fn part_of(row: u32, column: u32) -> vec4<u32> {
    let y = row * STRIDE_H;
    let x = column * STRIDE_W;
    return vec4<u32>(
        max(y, TOP) - TOP,
        max(x, LEFT) - LEFT,
        min(y + SIZE_H - TOP, HEIGHT),
        min(x + SIZE_W - LEFT, WIDTH),
    );
}

// Where the first largest number of a window lies; the plane begins at `base`.
fn place_of(base: u32, part: vec4<u32>) -> u32 {
    var best = base + part.x * WIDTH + part.y;
    var largest = input[best];
    for (var y = part.x; y < part.z; y++) {
        for (var x = part.y; x < part.w; x++) {
            let at = base + y * WIDTH + x;
            if (input[at] > largest) {
                best = at;
                largest = input[at];
            }
        }
    }
    return best;
}
