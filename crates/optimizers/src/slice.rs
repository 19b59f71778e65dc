//! The update rules on slices: one pass over memory where the tensors lie in it (the CPU engine).

use fireside_spec::Optimizer as Spec;

/// Updates `weight` in place; `slots` are the rule's own tensors of the same length.
///
/// `rate` is the learning rate after decay, `t` the number of this update, from 1.
pub(crate) fn update(
    spec: &Spec,
    rate: f64,
    t: u64,
    weight: &mut [f32],
    gradient: &[f32],
    slots: &mut [Vec<f32>],
) {
    match (*spec, slots) {
        (
            Spec::Sgd {
                nesterov, momentum, ..
            },
            [v],
        ) => {
            let (mu, rate) = (momentum as f32, rate as f32);
            for ((w, g), v) in weight.iter_mut().zip(gradient).zip(v.iter_mut()) {
                *v = mu * *v - rate * g;
                *w += if nesterov { mu * *v - rate * g } else { *v };
            }
        }
        (Spec::Sgd { .. }, _) => {
            let rate = rate as f32;
            for (w, g) in weight.iter_mut().zip(gradient) {
                *w -= rate * g;
            }
        }
        (Spec::Rmsprop { rho, epsilon, .. }, [a]) => {
            let (rho, epsilon, rate) = (rho as f32, epsilon as f32, rate as f32);
            for ((w, g), a) in weight.iter_mut().zip(gradient).zip(a.iter_mut()) {
                *a = rho * *a + (1.0 - rho) * g * g;
                *w -= rate * g / (a.sqrt() + epsilon);
            }
        }
        (
            Spec::Adam {
                beta_1,
                beta_2,
                epsilon,
                ..
            },
            [m, v],
        ) => {
            let rate = corrected(rate, beta_1, beta_2, t) as f32;
            let (b1, b2, epsilon) = (beta_1 as f32, beta_2 as f32, epsilon as f32);
            let (c1, c2) = ((1.0 - beta_1) as f32, (1.0 - beta_2) as f32);
            let state = m.iter_mut().zip(v.iter_mut());
            for ((w, g), (m, v)) in weight.iter_mut().zip(gradient).zip(state) {
                *m = b1 * *m + c1 * g;
                *v = b2 * *v + c2 * g * g;
                *w -= rate * *m / (v.sqrt() + epsilon);
            }
        }
        // `Optimizer` makes as many slots as the rule has.
        (Spec::Rmsprop { .. } | Spec::Adam { .. }, _) => {}
    }
}

/// Adam's rate with both bias corrections: lr sqrt(1 - b2^t) / (1 - b1^t).
pub(crate) fn corrected(rate: f64, beta_1: f64, beta_2: f64, t: u64) -> f64 {
    let t = t as f64;
    rate * (1.0 - beta_2.powf(t)).sqrt() / (1.0 - beta_1.powf(t))
}
