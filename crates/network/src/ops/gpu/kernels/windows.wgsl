// The number of the input that lies under place `k` of the window at position `p`; positions are
// counted through all pictures of the batch, padding is zero.
fn under(p: u32, k: u32) -> f32 {
    let image = p / (OUT_H * OUT_W);
    let place = p % (OUT_H * OUT_W);
    let channel = k / (SIZE_H * SIZE_W);
    let within = k % (SIZE_H * SIZE_W);
    let y = (place / OUT_W) * STRIDE_H + within / SIZE_W * GAP_H;
    let x = (place % OUT_W) * STRIDE_W + within % SIZE_W * GAP_W;
    if (PADDED && (y < TOP || y >= TOP + HEIGHT || x < LEFT || x >= LEFT + WIDTH)) {
        return 0.0;
    }
    return input[((image * GROUPS * CHANNELS + channel) * HEIGHT + y - TOP) * WIDTH + x - LEFT];
}
