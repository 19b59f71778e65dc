//! The few loops over rows of numbers, each there once: the page downloads them. The shorter of the rows
//! decides.

/// `to += from`
#[inline(never)]
pub(super) fn add(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// `to *= by`
#[inline(never)]
pub(super) fn scale(to: &mut [f32], by: &[f32]) {
    for (to, by) in to.iter_mut().zip(by) {
        *to *= by;
    }
}

/// `to = a x b`
#[inline(never)]
pub(super) fn product(to: &mut [f32], a: &[f32], b: &[f32]) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to = a * b;
    }
}

/// `to += a x b`
#[inline(never)]
pub(super) fn add_product(to: &mut [f32], a: &[f32], b: &[f32]) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to += a * b;
    }
}

/// `to = from x mask`, the mask row after row as often as it goes into `from`.
pub(super) fn masked(to: &mut Vec<f32>, from: &[f32], mask: &[f32]) {
    to.clear();
    to.extend_from_slice(from);
    for to in to.chunks_exact_mut(mask.len()) {
        scale(to, mask);
    }
}
