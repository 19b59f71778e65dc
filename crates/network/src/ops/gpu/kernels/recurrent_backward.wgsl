// The same steps backward, the last one first: the gradients of the sums of every step, as `gates` lie.
//
// `turned` is the recurrent kernel with rows and columns exchanged, `carry` holds the gradients of the
// state in front of the steps that were done, [samples, STATES UNITS].

fn sum_at(step: u32, sample: u32) -> u32 {
    return gate_at(step, sample);
}

fn columns(k: u32, unit: u32) -> vec4<f32> {
    let at = k * UNITS + unit;
    var w = vec4<f32>(turned[at], 0.0, 0.0, 0.0);
    if (FACTORS > 1u) {
        w.y = turned[at + UNITS * UNITS];
    }
    if (FACTORS > 2u) {
        w.z = turned[at + 2u * UNITS * UNITS];
    }
    if (FACTORS > 3u) {
        w.w = turned[at + 3u * UNITS * UNITS];
    }
    return w;
}

fn factors(base: u32, k: u32) -> vec4<f32> {
    let at = base + k;
    var v = vec4<f32>(sums[at], 0.0, 0.0, 0.0);
    if (FACTORS > 1u) {
        v.y = sums[at + UNITS];
    }
    if (FACTORS > 2u) {
        // Behind the reset it is what the reset multiplies.
        v.z = sums[at + select(2u, 3u, CELL == RESET_AFTER) * UNITS];
    }
    if (FACTORS > 3u) {
        v.w = sums[at + 3u * UNITS];
    }
    return v;
}

// From the gradient of the state after a step to those of its sums; `carry` keeps what goes to the state
// before past the recurrent kernel.
fn pull(step: u32, sample: u32, unit: u32) {
    let at = gate_at(step, sample) + unit;
    let to = sum_at(step, sample) + unit;
    let before = state_at(step, sample) + unit;
    let own = sample * STATES * UNITS + unit;
    var dh = 0.0;
    if (step + 1u < STEPS) {
        dh = carry[own];
    }
    if (OUTPUTS == STEPS) {
        dh += gradient[(sample * STEPS + step) * UNITS + unit];
    } else if (step + 1u == STEPS) {
        dh += gradient[sample * UNITS + unit];
    }
    var dc = 0.0;
    if (CELL == LSTM && step + 1u < STEPS) {
        dc = carry[own + UNITS];
    }
    if (stays(step, sample)) {
        for (var slot = 0u; slot < SLOTS; slot++) {
            sums[to + slot * UNITS] = 0.0;
        }
    } else if (CELL == SIMPLE) {
        sums[to] = dh * inner_slope(gates[at]);
        dh = 0.0;
    } else if (CELL == LSTM) {
        let i = gates[at];
        let f = gates[at + UNITS];
        let k = gates[at + 2u * UNITS];
        let o = gates[at + 3u * UNITS];
        let fresh = inner(states[state_at(step + 1u, sample) + UNITS + unit]);
        dc += dh * o * inner_slope(fresh);
        sums[to] = dc * k * gate_slope(i);
        sums[to + UNITS] = dc * states[before + UNITS] * gate_slope(f);
        sums[to + 2u * UNITS] = dc * i * inner_slope(k);
        sums[to + 3u * UNITS] = dh * fresh * gate_slope(o);
        dc *= f;
        dh = 0.0;
    } else {
        let z = gates[at];
        let r = gates[at + UNITS];
        let k = gates[at + 2u * UNITS];
        let dk = dh * (1.0 - z) * inner_slope(k);
        sums[to] = dh * (states[before] - k) * gate_slope(z);
        sums[to + 2u * UNITS] = dk;
        if (CELL == RESET_AFTER) {
            sums[to + UNITS] = dk * gates[at + 3u * UNITS] * gate_slope(r);
            sums[to + 3u * UNITS] = dk * r;
        }
        dh *= z;
    }
    carry[own] = dh;
    if (CELL == LSTM) {
        carry[own + UNITS] = dc;
    }
}

// The gradient of r's sum, from that of the reset state.
fn reopen(step: u32, sample: u32, unit: u32, sum: f32) {
    if (stays(step, sample)) {
        return;
    }
    let r = gates[gate_at(step, sample) + UNITS + unit];
    let d = sum * state_mask(2u, sample, unit);
    sums[sum_at(step, sample) + UNITS + unit] = d * states[state_at(step, sample) + unit] * gate_slope(r);
    carry[sample * STATES * UNITS + unit] += d * r;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let samples = params[0].x;
    let first = group.x * ROWS;
    // each row: let s@ = min(first + @u, samples - 1u);
    for (var left = params[0].z; left > params[0].y; left--) {
        let step = left - 1u;
        // each row: let base@ = sum_at(step, s@);
        for (var unit = local; unit < UNITS; unit += THREADS) {
            // each row: if (first + @u < samples) { pull(step, s@, unit); }
        }
        storageBarrier();
        if (CELL == RESET_BEFORE) {
            for (var unit = local; unit < UNITS; unit += THREADS) {
                // each row: var a@ = 0.0;
                for (var k = 0u; k < UNITS; k++) {
                    let w = turned[(2u * UNITS + k) * UNITS + unit];
                    // each row: a@ = fma(sums[base@ + 2u * UNITS + k], w, a@);
                }
                // each row: if (first + @u < samples) { reopen(step, s@, unit, a@); }
            }
            storageBarrier();
        }
        for (var unit = local; unit < UNITS; unit += THREADS) {
            // each row: var a@ = vec4<f32>();
            var k = 0u;
            // Four at a time, so that loads do not wait for each other.
            for (; k + 4u <= UNITS; k += 4u) {
                let w0 = columns(k, unit);
                let w1 = columns(k + 1u, unit);
                let w2 = columns(k + 2u, unit);
                let w3 = columns(k + 3u, unit);
                // each row: a@ = fma(factors(base@, k), w0, a@);
                // each row: a@ = fma(factors(base@, k + 1u), w1, a@);
                // each row: a@ = fma(factors(base@, k + 2u), w2, a@);
                // each row: a@ = fma(factors(base@, k + 3u), w3, a@);
            }
            for (; k < UNITS; k++) {
                let w0 = columns(k, unit);
                // each row: a@ = fma(factors(base@, k), w0, a@);
            }
            // each row: let d@ = dot(a@, masks_at(s@, unit));
            // each row: if (first + @u < samples) { carry[s@ * STATES * UNITS + unit] += d@; }
        }
    }
}
