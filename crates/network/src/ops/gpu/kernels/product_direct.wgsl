// The same product without memory shared by a workgroup: every thread adds up REG_M rows of four
// neighbouring columns on its own. For adapters that are a processor, where waiting for the other
// threads of a workgroup costs more than loading a number again.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let size = sizes();
    // Counted through columns and rows alike, so that narrow products leave no thread idle.
    let across = (size.y + 3u) / 4u;
    let at = id.y * groups.x * THREADS + id.x;
    let n = at % across * 4u;
    let m = at / across * REG_M;
    if (m >= size.x) {
        return;
    }
    let first = id.z * size.w;
    let last = min(first + size.w, size.z);
    // Beyond the edge the last row or column is added up again and thrown away.
    let n1 = min(n + 1u, size.y - 1u);
    let n2 = min(n + 2u, size.y - 1u);
    let n3 = min(n + 3u, size.y - 1u);
    // each row: let m@ = min(m + @u, size.x - 1u);
    // each row: var c@ = vec4<f32>();
    for (var k = first; k < last; k++) {
        let v = vec4<f32>(load_b(k, n), load_b(k, n1), load_b(k, n2), load_b(k, n3));
        // each row: c@ = fma(vec4<f32>(load_a(m@, k)), v, c@);
    }
    // each row: put_four(m + @u, n, id.z, c@, size);
}

fn put_four(m: u32, n: u32, part: u32, values: vec4<f32>, size: vec4<u32>) {
    if (m >= size.x) {
        return;
    }
    put(m, n, part, values.x);
    if (n + 1u < size.y) {
        put(m, n + 1u, part, values.y);
    }
    if (n + 2u < size.y) {
        put(m, n + 2u, part, values.z);
    }
    if (n + 3u < size.y) {
        put(m, n + 3u, part, values.w);
    }
}
