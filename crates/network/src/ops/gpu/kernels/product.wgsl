// One tile of a matrix product [M, K] x [K, N] per workgroup.
//
// The operation around it says what is multiplied: `sizes()` gives (M, N, K, and how much of K one
// part of the sum takes), `load_a(m, k)` and `load_b(k, n)` the numbers, `put(m, n, part, value)`
// takes the result. Neighbouring threads load neighbours along the axis that lies in memory in one
// piece (A_ALONG_K, B_ALONG_K). A thread keeps REG_M rows of four columns each; the lines that
// repeat for every row are written out by the host where a comment says `each row`.

const COLUMNS: u32 = TILE_N / 4u;
const ROWS: u32 = TILE_M / REG_M;

var<workgroup> tile_a: array<f32, TILE_M * TILE_K>;
var<workgroup> tile_b: array<f32, TILE_K * TILE_N>;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let size = sizes();
    let m0 = group.y * TILE_M;
    let n0 = group.x * TILE_N;
    let first = group.z * size.w;
    let last = min(first + size.w, size.z);
    let row = local / COLUMNS;
    let column = local % COLUMNS;
    // each row: var c@ = vec4<f32>();
    for (var k0 = first; k0 < last; k0 += TILE_K) {
        for (var at = local; at < TILE_M * TILE_K; at += THREADS) {
            let m = select(at % TILE_M, at / TILE_K, A_ALONG_K);
            let k = select(at / TILE_M, at % TILE_K, A_ALONG_K);
            var value = 0.0;
            if (m0 + m < size.x && k0 + k < last) {
                value = load_a(m0 + m, k0 + k);
            }
            tile_a[k * TILE_M + m] = value;
        }
        for (var at = local; at < TILE_K * TILE_N; at += THREADS) {
            let n = select(at % TILE_N, at / TILE_K, B_ALONG_K);
            let k = select(at / TILE_N, at % TILE_K, B_ALONG_K);
            var value = 0.0;
            if (n0 + n < size.y && k0 + k < last) {
                value = load_b(k0 + k, n0 + n);
            }
            tile_b[k * TILE_N + n] = value;
        }
        workgroupBarrier();
        for (var k = 0u; k < TILE_K; k++) {
            let b = k * TILE_N + column;
            let v = vec4<f32>(
                tile_b[b],
                tile_b[b + COLUMNS],
                tile_b[b + 2u * COLUMNS],
                tile_b[b + 3u * COLUMNS],
            );
            let a = k * TILE_M + row;
            // each row: c@ = fma(vec4<f32>(tile_a[a + @u * ROWS]), v, c@);
        }
        workgroupBarrier();
    }
    let n = n0 + column;
    // each row: put_four(m0 + row + @u * ROWS, n, group.z, c@, size);
}

fn put_four(m: u32, n: u32, part: u32, values: vec4<f32>, size: vec4<u32>) {
    if (m >= size.x) {
        return;
    }
    if (n < size.y) {
        put(m, n, part, values.x);
    }
    if (n + COLUMNS < size.y) {
        put(m, n + COLUMNS, part, values.y);
    }
    if (n + 2u * COLUMNS < size.y) {
        put(m, n + 2u * COLUMNS, part, values.z);
    }
    if (n + 3u * COLUMNS < size.y) {
        put(m, n + 3u * COLUMNS, part, values.w);
    }
}
