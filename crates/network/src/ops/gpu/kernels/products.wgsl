// The products of as many pairs of matrices [M, K] x [K, N] as `params` says. Every thread adds up REG_M rows of four neighbouring
// columns of one pair. A factor that is turned lies with rows and columns exchanged.

fn load_a(pair: u32, m: u32, k: u32) -> f32 {
    return left[pair * M * K + select(m * K + k, k * M + m, LEFT_TURNED)];
}

fn load_b(pair: u32, k: u32, n: u32) -> f32 {
    return right[pair * K * N + select(k * N + n, n * K + k, RIGHT_TURNED)];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let across = (N + 3u) / 4u;
    let down = (M + REG_M - 1u) / REG_M;
    let at = id.y * groups.x * THREADS + id.x;
    let n = at % across * 4u;
    let m = at / across % down * REG_M;
    let pair = at / across / down;
    if (pair >= params[0].x) {
        return;
    }
    // Beyond the edge the last row or column is added up again and thrown away.
    let n1 = min(n + 1u, N - 1u);
    let n2 = min(n + 2u, N - 1u);
    let n3 = min(n + 3u, N - 1u);
    // each row: let m@ = min(m + @u, M - 1u);
    // each row: var c@ = vec4<f32>();
    for (var k = 0u; k < K; k++) {
        let v = vec4<f32>(
            load_b(pair, k, n),
            load_b(pair, k, n1),
            load_b(pair, k, n2),
            load_b(pair, k, n3),
        );
        // each row: c@ = fma(vec4<f32>(load_a(pair, m@, k)), v, c@);
    }
    // each row: put_four(pair, m + @u, n, c@);
}

fn put_four(pair: u32, m: u32, n: u32, values: vec4<f32>) {
    if (m >= M) {
        return;
    }
    let first = (pair * M + m) * N;
    output[first + n] = values.x;
    if (n + 1u < N) {
        output[first + n + 1u] = values.y;
    }
    if (n + 2u < N) {
        output[first + n + 2u] = values.z;
    }
    if (n + 3u < N) {
        output[first + n + 3u] = values.w;
    }
}
