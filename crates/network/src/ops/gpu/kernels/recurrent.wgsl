// What the kernels of recurrent layers share: where numbers lie, and the functions inside a cell.
//
// gates:  [steps, samples, SLOTS UNITS], of a simple cell h; of a GRU z, r, k and what lies between reset
//         and recurrent kernel; of an LSTM i, f, k, o.
// states: [steps + 1, samples, STATES UNITS], h and of an LSTM c; the state before the first step first.

const WIDTH: u32 = GATES * UNITS;
const SIMPLE: u32 = 0u;
const RESET_BEFORE: u32 = 1u;
const RESET_AFTER: u32 = 2u;
const LSTM: u32 = 3u;

fn gate_at(step: u32, sample: u32) -> u32 {
    return (step * params[0].x + sample) * SLOTS * UNITS;
}

fn state_at(step: u32, sample: u32) -> u32 {
    return (step * params[0].x + sample) * STATES * UNITS;
}

// As on the CPU: a quotient of polynomials that keeps what is not a number.
fn tangent(value: f32) -> f32 {
    let low = select(value, -7.905311, value <= -7.905311);
    let x = select(low, 7.905311, low >= 7.905311);
    let y = x * x;
    var over = -2.7607685e-16;
    over = fma(over, y, 2.000188e-13);
    over = fma(over, y, -8.604672e-11);
    over = fma(over, y, 5.122297e-8);
    over = fma(over, y, 1.4857224e-5);
    over = fma(over, y, 6.372619e-4);
    over = fma(over, y, 4.893525e-3);
    var under = 1.1982584e-6;
    under = fma(under, y, 1.1853471e-4);
    under = fma(under, y, 2.2684347e-3);
    under = fma(under, y, 4.8935253e-3);
    return x * over / under;
}

fn activated(kind: u32, rise: u32, x: f32) -> f32 {
    switch (kind) {
        case 0u: { return tangent(x); }
        case 1u: { return fma(0.5, tangent(0.5 * x), 0.5); }
        case 2u: {
            let y = fma(bitcast<f32>(rise), x, 0.5);
            return select(select(y, 0.0, y <= 0.0), 1.0, y >= 1.0);
        }
        case 3u: { return select(x, 0.0, x <= 0.0); }
        default: { return x; }
    }
}

// From the value of the function.
fn slope_at(kind: u32, rise: u32, y: f32) -> f32 {
    switch (kind) {
        case 0u: { return 1.0 - y * y; }
        case 1u: { return y * (1.0 - y); }
        case 2u: { return select(0.0, bitcast<f32>(rise), y > 0.0 && y < 1.0); }
        case 3u: { return select(0.0, 1.0, y > 0.0); }
        default: { return 1.0; }
    }
}

fn inner(x: f32) -> f32 {
    return activated(INNER, INNER_RISE, x);
}

fn gate(x: f32) -> f32 {
    return activated(GATE, GATE_RISE, x);
}

fn inner_slope(y: f32) -> f32 {
    return slope_at(INNER, INNER_RISE, y);
}

fn gate_slope(y: f32) -> f32 {
    return slope_at(GATE, GATE_RISE, y);
}
