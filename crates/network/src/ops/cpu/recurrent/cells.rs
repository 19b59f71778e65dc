//! One step of one sample, forward and backward: everything but the matrix products.
//!
//! A row holds the numbers of a step, `units` each: of a simple cell h; of a GRU z, r, k and what lies
//! between reset and recurrent kernel (r p before the product, p U + b' after it); of an LSTM i, f, k, o.

use super::rows::{add, add_product, product, scale};
use crate::ops::recurrent::{Cell, Recurrence};

/// A row's parts.
fn parts(row: &[f32], units: usize) -> [&[f32]; 4] {
    let mut parts = row.chunks_exact(units);
    [(); 4].map(|()| parts.next().unwrap_or_default())
}

fn parts_mut(row: &mut [f32], units: usize) -> [&mut [f32]; 4] {
    let mut parts = row.chunks_exact_mut(units);
    [(); 4].map(|()| parts.next().unwrap_or_default())
}

/// `row += bias`, where there is one, from its unit `from` on.
fn biased(row: &mut [f32], bias: Option<&[f32]>, from: usize) {
    if let Some(bias) = bias {
        add(row, &bias[from..]);
    }
}

/// A sample's state around a step.
pub(super) struct Around<'a> {
    /// h and c before it; c of an LSTM only.
    pub h: &'a [f32],
    pub c: &'a [f32],
    /// h and c after it.
    pub new_h: &'a mut [f32],
    pub new_c: &'a mut [f32],
}

impl Recurrence {
    /// A GRU's gates z and r from their sums, and r p `x mask` where the reset comes before the product.
    pub(super) fn open(
        &self,
        row: &mut [f32],
        h: &[f32],
        bias: Option<&[f32]>,
        mask: Option<&[f32]>,
    ) {
        let units = h.len();
        let after = self.cell == Cell::Gru { reset_after: true };
        let (gates, rest) = row.split_at_mut(2 * units);
        let between = &mut rest[units..];
        biased(gates, bias, 0);
        if after {
            biased(gates, bias, 3 * units);
            biased(between, bias, 5 * units);
        }
        self.recurrent_activation.apply(gates);
        if !after {
            product(between, &gates[units..], h);
            if let Some(mask) = mask {
                scale(between, mask);
            }
        }
    }

    /// The new state from the sums, of a GRU after [`Self::open`] and the product behind it. The gates take
    /// the places of their sums.
    pub(super) fn close(&self, row: &mut [f32], bias: Option<&[f32]>, around: Around) {
        let Around { h, c, new_h, new_c } = around;
        let units = h.len();
        match self.cell {
            Cell::Simple => {
                biased(row, bias, 0);
                self.activation.apply(row);
                new_h.copy_from_slice(row);
            }
            Cell::Gru { reset_after } => {
                let [z, r, k, between] = parts_mut(row, units);
                biased(k, bias, 2 * units);
                if reset_after {
                    add_product(k, r, between);
                }
                self.activation.apply(k);
                // z h + (1 - z) k
                for (((new, z), h), k) in new_h.iter_mut().zip(&*z).zip(h).zip(&*k) {
                    *new = z * h + (1.0 - z) * k;
                }
            }
            Cell::Lstm => {
                biased(row, bias, 0);
                let [i, f, k, o] = parts_mut(row, units);
                for gate in [&mut *i, &mut *f, &mut *o] {
                    self.recurrent_activation.apply(gate);
                }
                self.activation.apply(k);
                product(new_c, f, c);
                add_product(new_c, i, k);
                new_h.copy_from_slice(new_c);
                self.activation.apply(new_h);
                scale(new_h, o);
            }
        }
    }

    /// The gradients of the sums, `to`, from that of h, which becomes what goes to the state before past
    /// the recurrent kernel; likewise for c. `row` is what [`Self::close`] left.
    ///
    /// Of a GRU with the reset before the product that of r is still missing, see [`Self::reopen`].
    pub(super) fn pull(
        &self,
        row: &[f32],
        [h, c, new_c]: [&[f32]; 3],
        dh: &mut [f32],
        dc: &mut [f32],
        to: &mut [f32],
    ) {
        let units = h.len();
        let (gate, inner) = (self.recurrent_activation, self.activation);
        match self.cell {
            Cell::Simple => {
                to.copy_from_slice(dh);
                inner.pull(to, row);
                dh.fill(0.0);
            }
            Cell::Gru { reset_after } => {
                let [z, r, k, between] = parts(row, units);
                let [to_z, to_r, to_k, to_between] = parts_mut(to, units);
                for ((to, h), k) in to_z.iter_mut().zip(h).zip(k) {
                    *to = h - k;
                }
                scale(to_z, dh);
                for (to, z) in to_k.iter_mut().zip(z) {
                    *to = 1.0 - z;
                }
                scale(to_k, dh);
                scale(dh, z);
                gate.pull(to_z, z);
                inner.pull(to_k, k);
                if reset_after {
                    product(to_r, to_k, between);
                    product(to_between, to_k, r);
                    gate.pull(to_r, r);
                }
            }
            Cell::Lstm => {
                let [i, f, k, o] = parts(row, units);
                let [to_i, to_f, to_k, to_o] = parts_mut(to, units);
                // For now where the gradient of i will stand: a(c).
                to_i.copy_from_slice(new_c);
                inner.apply(to_i);
                product(to_o, dh, to_i);
                scale(dh, o);
                inner.pull(dh, to_i);
                add(dc, dh);
                dh.fill(0.0);
                product(to_i, dc, k);
                product(to_f, dc, c);
                product(to_k, dc, i);
                scale(dc, f);
                for (to, y) in [(to_i, i), (to_f, f), (to_o, o)] {
                    gate.pull(to, y);
                }
                inner.pull(to_k, k);
            }
        }
    }

    /// The gradient of r's sum, and what goes to the state before through r p, from the gradient of r p
    /// `x mask` (which is overwritten): for a GRU with the reset before the product.
    pub(super) fn reopen(
        &self,
        row: &[f32],
        h: &[f32],
        mask: Option<&[f32]>,
        between: &mut [f32],
        dh: &mut [f32],
        to: &mut [f32],
    ) {
        let units = h.len();
        let [_, r, ..] = parts(row, units);
        let [_, to_r, ..] = parts_mut(to, units);
        if let Some(mask) = mask {
            scale(between, mask);
        }
        product(to_r, between, h);
        add_product(dh, between, r);
        self.recurrent_activation.pull(to_r, r);
    }
}
