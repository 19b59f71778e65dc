// The masks of the gates that the state is multiplied for all at once.
fn masks_at(sample: u32, unit: u32) -> vec4<f32> {
    if (STATE_MASKS <= 1u) {
        return vec4<f32>(state_mask(0u, sample, unit));
    }
    var mask = vec4<f32>(state_mask(0u, sample, unit), 0.0, 0.0, 0.0);
    if (FACTORS > 1u) {
        mask.y = state_mask(1u, sample, unit);
    }
    if (FACTORS > 2u) {
        mask.z = state_mask(2u, sample, unit);
    }
    if (FACTORS > 3u) {
        mask.w = state_mask(3u, sample, unit);
    }
    return mask;
}
