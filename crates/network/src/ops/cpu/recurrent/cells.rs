//! One step of one sample, forward and backward: everything but the matrix products.
//!
//! A row holds the numbers of a step, `units` each: of a simple cell h; of a GRU z, r, k and what lies
//! between reset and recurrent kernel (r p before the product, p U + b' after it); of an LSTM i, f, k, o.

use crate::ops::recurrent::{Cell, Recurrence};

/// `row += bias`, where there is one.
fn add(row: &mut [f32], bias: Option<&[f32]>) {
    if let Some(bias) = bias {
        for (number, bias) in row.iter_mut().zip(bias) {
            *number += bias;
        }
    }
}

/// `row *= mask`, where there is one.
fn drop(row: &mut [f32], mask: Option<&[f32]>) {
    if let Some(mask) = mask {
        for (number, mask) in row.iter_mut().zip(mask) {
            *number *= mask;
        }
    }
}

/// A row's parts.
fn parts(row: &[f32], units: usize) -> [&[f32]; 4] {
    [0, 1, 2, 3].map(|at| &row[at * units..][..units])
}

fn parts_mut(row: &mut [f32], units: usize) -> [&mut [f32]; 4] {
    let mut parts = row.chunks_exact_mut(units);
    [(); 4].map(|()| parts.next().unwrap_or_default())
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
        let Cell::Gru { reset_after } = self.cell else {
            return;
        };
        let units = h.len();
        let (gates, rest) = row.split_at_mut(2 * units);
        let between = &mut rest[units..];
        add(gates, bias);
        if reset_after {
            let second = bias.map(|bias| &bias[3 * units..]);
            add(gates, second);
            add(between, second.map(|second| &second[2 * units..]));
        }
        self.recurrent_activation.apply(gates);
        if !reset_after {
            let r = &gates[units..];
            for at in 0..units {
                between[at] = r[at] * h[at];
            }
            drop(between, mask);
        }
    }

    /// The new state from the sums, of a GRU after [`Self::open`] and the product behind it. The gates take
    /// the places of their sums.
    pub(super) fn close(&self, row: &mut [f32], bias: Option<&[f32]>, around: Around) {
        let Around { h, c, new_h, new_c } = around;
        let units = h.len();
        match self.cell {
            Cell::Simple => {
                add(row, bias);
                self.activation.apply(row);
                new_h.copy_from_slice(row);
            }
            Cell::Gru { reset_after } => {
                let [z, r, k, between] = parts_mut(row, units);
                add(k, bias.map(|bias| &bias[2 * units..]));
                if reset_after {
                    for at in 0..units {
                        k[at] += r[at] * between[at];
                    }
                }
                self.activation.apply(k);
                for at in 0..units {
                    new_h[at] = z[at] * h[at] + (1.0 - z[at]) * k[at];
                }
            }
            Cell::Lstm => {
                add(row, bias);
                let [i, f, k, o] = parts_mut(row, units);
                for gate in [&mut *i, &mut *f, &mut *o] {
                    self.recurrent_activation.apply(gate);
                }
                self.activation.apply(k);
                for at in 0..units {
                    new_c[at] = f[at] * c[at] + i[at] * k[at];
                }
                new_h.copy_from_slice(new_c);
                self.activation.apply(new_h);
                drop(new_h, Some(o));
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
                for at in 0..units {
                    to_z[at] = dh[at] * (h[at] - k[at]);
                    to_k[at] = dh[at] * (1.0 - z[at]);
                    dh[at] *= z[at];
                }
                gate.pull(to_z, z);
                inner.pull(to_k, k);
                if reset_after {
                    for at in 0..units {
                        to_r[at] = to_k[at] * between[at];
                        to_between[at] = to_k[at] * r[at];
                    }
                    gate.pull(to_r, r);
                }
            }
            Cell::Lstm => {
                let [i, f, k, o] = parts(row, units);
                let [to_i, to_f, to_k, to_o] = parts_mut(to, units);
                let new = &mut *to_i;
                new.copy_from_slice(new_c);
                inner.apply(new);
                for at in 0..units {
                    to_o[at] = dh[at] * new[at];
                    dh[at] *= o[at];
                }
                inner.pull(dh, new);
                for at in 0..units {
                    let whole = dc[at] + dh[at];
                    to_i[at] = whole * k[at];
                    to_f[at] = whole * c[at];
                    to_k[at] = whole * i[at];
                    dc[at] = whole * f[at];
                    dh[at] = 0.0;
                }
                gate.pull(to_i, i);
                gate.pull(to_f, f);
                inner.pull(to_k, k);
                gate.pull(to_o, o);
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
        let to_r = &mut to[units..2 * units];
        drop(between, mask);
        for at in 0..units {
            to_r[at] = between[at] * h[at];
            dh[at] += between[at] * r[at];
        }
        self.recurrent_activation.pull(to_r, r);
    }
}
