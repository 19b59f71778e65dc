// Some steps of a recurrent layer. A workgroup takes ROWS samples through all of them: samples do not
// need each other, so nothing but its own threads has to wait. A thread has every THREADS-th unit.
//
// params[0]: samples, first step, end. `gates` holds the products with the input and becomes the gates.

fn columns(k: u32, unit: u32) -> vec4<f32> {
    let at = k * WIDTH + unit;
    var w = vec4<f32>(recurrent_kernel[at], 0.0, 0.0, 0.0);
    if (FACTORS > 1u) {
        w.y = recurrent_kernel[at + UNITS];
    }
    if (FACTORS > 2u) {
        w.z = recurrent_kernel[at + 2u * UNITS];
    }
    if (FACTORS > 3u) {
        w.w = recurrent_kernel[at + 3u * UNITS];
    }
    return w;
}

fn factors(base: u32, sample: u32, k: u32) -> vec4<f32> {
    return vec4<f32>(states[base + k]) * masks_at(sample, k);
}

// What is done with the sums of a step: the new state, or with the reset before the product the gates.
fn advance(step: u32, sample: u32, unit: u32, sums: vec4<f32>) {
    let at = gate_at(step, sample) + unit;
    let before = state_at(step, sample) + unit;
    let after = state_at(step + 1u, sample) + unit;
    let h = states[before];
    if (CELL == RESET_BEFORE) {
        let r = gate(gates[at + UNITS] + sums.y + bias_of(UNITS + unit));
        gates[at] = gate(gates[at] + sums.x + bias_of(unit));
        gates[at + UNITS] = r;
        gates[at + 3u * UNITS] = r * h * state_mask(2u, sample, unit);
        return;
    }
    if (stays(step, sample)) {
        states[after] = h;
        if (CELL == LSTM) {
            states[after + UNITS] = states[before + UNITS];
        }
        return;
    }
    if (CELL == SIMPLE) {
        let fresh = inner(gates[at] + sums.x + bias_of(unit));
        gates[at] = fresh;
        states[after] = fresh;
    } else if (CELL == RESET_AFTER) {
        let z = gate(gates[at] + sums.x + bias_of(unit) + bias_of(WIDTH + unit));
        let r = gate(gates[at + UNITS] + sums.y + bias_of(UNITS + unit) + bias_of(WIDTH + UNITS + unit));
        let between = sums.z + bias_of(WIDTH + 2u * UNITS + unit);
        let k = inner(gates[at + 2u * UNITS] + bias_of(2u * UNITS + unit) + r * between);
        gates[at] = z;
        gates[at + UNITS] = r;
        gates[at + 2u * UNITS] = k;
        gates[at + 3u * UNITS] = between;
        states[after] = z * h + (1.0 - z) * k;
    } else {
        let i = gate(gates[at] + sums.x + bias_of(unit));
        let f = gate(gates[at + UNITS] + sums.y + bias_of(UNITS + unit));
        let k = inner(gates[at + 2u * UNITS] + sums.z + bias_of(2u * UNITS + unit));
        let o = gate(gates[at + 3u * UNITS] + sums.w + bias_of(3u * UNITS + unit));
        let c = f * states[before + UNITS] + i * k;
        gates[at] = i;
        gates[at + UNITS] = f;
        gates[at + 2u * UNITS] = k;
        gates[at + 3u * UNITS] = o;
        states[after + UNITS] = c;
        states[after] = o * inner(c);
    }
}

// The new state of a GRU with the reset before the product, from the sum over the reset state.
fn finish(step: u32, sample: u32, unit: u32, sum: f32) {
    let at = gate_at(step, sample) + unit;
    let h = states[state_at(step, sample) + unit];
    let after = state_at(step + 1u, sample) + unit;
    if (stays(step, sample)) {
        states[after] = h;
        return;
    }
    let z = gates[at];
    let k = inner(gates[at + 2u * UNITS] + sum + bias_of(2u * UNITS + unit));
    gates[at + 2u * UNITS] = k;
    states[after] = z * h + (1.0 - z) * k;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let samples = params[0].x;
    let first = group.x * ROWS;
    // Beyond the edge the last sample is added up again and thrown away.
    // each row: let s@ = min(first + @u, samples - 1u);
    for (var step = params[0].y; step < params[0].z; step++) {
        // each row: let base@ = state_at(step, s@);
        for (var unit = local; unit < UNITS; unit += THREADS) {
            // each row: var a@ = vec4<f32>();
            var k = 0u;
            // Four at a time, so that loads do not wait for each other.
            for (; k + 4u <= UNITS; k += 4u) {
                let w0 = columns(k, unit);
                let w1 = columns(k + 1u, unit);
                let w2 = columns(k + 2u, unit);
                let w3 = columns(k + 3u, unit);
                // each row: a@ = fma(factors(base@, s@, k), w0, a@);
                // each row: a@ = fma(factors(base@, s@, k + 1u), w1, a@);
                // each row: a@ = fma(factors(base@, s@, k + 2u), w2, a@);
                // each row: a@ = fma(factors(base@, s@, k + 3u), w3, a@);
            }
            for (; k < UNITS; k++) {
                let w0 = columns(k, unit);
                // each row: a@ = fma(factors(base@, s@, k), w0, a@);
            }
            // each row: if (first + @u < samples) { advance(step, s@, unit, a@); }
        }
        storageBarrier();
        if (CELL == RESET_BEFORE) {
            // each row: let reset@ = gate_at(step, s@) + 3u * UNITS;
            for (var unit = local; unit < UNITS; unit += THREADS) {
                // each row: var a@ = 0.0;
                for (var k = 0u; k < UNITS; k++) {
                    let w = recurrent_kernel[k * WIDTH + 2u * UNITS + unit];
                    // each row: a@ = fma(gates[reset@ + k], w, a@);
                }
                // each row: if (first + @u < samples) { finish(step, s@, unit, a@); }
            }
            storageBarrier();
        }
    }
}
