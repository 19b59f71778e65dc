// Dropout: every thread draws four numbers of the generator (Philox 4x32-10, key = seed and purpose,
// counter = element / 4, update, layer, 0), as the host does; elements are counted row-major in the
// batch tensor of the experiment's data format.

// The high half of a product of two words.
fn high(a: u32, b: u32) -> u32 {
    let a0 = a & 0xffffu;
    let a1 = a >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let middle = a1 * b0 + ((a0 * b0) >> 16u);
    let low = a0 * b1 + (middle & 0xffffu);
    return a1 * b1 + (middle >> 16u) + (low >> 16u);
}

fn philox(block: u32) -> vec4<u32> {
    var counter = vec4<u32>(block, params[0].y, params[0].z, 0u);
    var key = vec2<u32>(params[0].w, params[1].x);
    for (var round = 0; round < 10; round++) {
        let high_x = high(0xD2511F53u, counter.x);
        let high_z = high(0xCD9E8D57u, counter.z);
        counter = vec4<u32>(
            high_z ^ counter.y ^ key.x,
            0xCD9E8D57u * counter.z,
            high_x ^ counter.w ^ key.y,
            0xD2511F53u * counter.x,
        );
        key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
    }
    return counter;
}

// Where the element lies in the engine's order (channel, row, column).
fn place(element: u32) -> u32 {
    if (!CHANNELS_LAST) {
        return element;
    }
    let image = element / (CHANNELS * PLANE);
    let within = element % (CHANNELS * PLANE);
    return (image * CHANNELS + within % CHANNELS) * PLANE + within / CHANNELS;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let block = id.y * groups.x * THREADS + id.x;
    let count = params[0].x;
    if (block * 4u >= count) {
        return;
    }
    let rate = bitcast<f32>(params[1].y);
    let kept = bitcast<f32>(params[1].z);
    let words = philox(block);
    for (var lane = 0u; lane < 4u; lane++) {
        let element = block * 4u + lane;
        if (element < count) {
            let unit = f32(words[lane] >> 8u) * (1.0 / 16777216.0);
            let at = place(element);
            output[at] = select(0.0, input[at] * kept, unit >= rate);
        }
    }
}
