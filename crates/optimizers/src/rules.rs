//! The update rules, each written once: what happens to one number of a weight, as Rust for slices of host memory
//! and, the same tokens, as WGSL for the GPU. Formulas after Keras 2.0.8 and 3, see `fireside_spec::Rule`.

use fireside_spec::{Dialect, Optimizer as Spec, Rule};

/// (weight, gradient, slots, constants)
type Update = fn(&mut [f32], &[f32], &mut [&mut [f32]], &[f32]);

/// Numbers of a weight that a thread takes at a time.
const PART: usize = 1 << 15;

/// Some numbers of a weight, and what belongs to them.
struct Part<'a> {
    weight: &'a mut [f32],
    gradient: &'a [f32],
    slots: Vec<&'a mut [f32]>,
}

/// A rule for both engines.
#[derive(Debug)]
pub(crate) struct Form {
    /// Buffers of the slots, by their names in the WGSL text.
    pub slots: &'static [&'static str],
    /// Updates weight and slots in place.
    pub slice: Update,
    /// `fn update(at: u32)`, which does the same with buffers; constants are the words of `params`.
    #[cfg(feature = "gpu")]
    pub wgsl: &'static str,
}

/// Lines that read the constants from the uniform, in order.
#[cfg(feature = "gpu")]
macro_rules! load {
    ([] [$($place:literal)*]) => { "" };
    ([$first:ident $($more:ident)*] [$place:literal $($places:literal)*]) => {
        concat!(
            "let ", stringify!($first), " = bitcast<f32>(params[", $place, ");\n",
            load!([$($more)*] [$($places)*])
        )
    };
}

/// |weight, gradient, [slots], [constants]| { statements that are Rust and WGSL }. The first constant multiplies the
/// weight before anything else (weight decay; else 1).
macro_rules! form {
    (|$w:ident, $g:ident, [$($slot:ident),*], [$($c:ident),*]| { $($body:tt)* }) => {
        Form {
            slots: &[$(concat!(stringify!($slot), "_slot")),*],
            slice: |weight, gradient, slots, constants| {
                let ([$($slot),*], &[keep, $($c),*]) = (slots, constants) else {
                    return;
                };
                let n = weight.len().min(gradient.len());
                let (weight, gradient) = (&mut weight[..n], &gradient[..n]);
                $(let $slot = &mut $slot[..n];)*
                for at in 0..n {
                    (weight[at], $($slot[at],)*) = {
                        let (mut $w, $g) = (weight[at] * keep, gradient[at]);
                        $(let mut $slot = $slot[at];)*
                        $($body)*
                        ($w, $($slot,)*)
                    };
                }
            },
            #[cfg(feature = "gpu")]
            wgsl: concat!(
                "fn update(at: u32) {\nvar ", stringify!($w),
                " = weight[at] * bitcast<f32>(params[0].x);\nlet ", stringify!($g), " = gradient[at];\n",
                $("var ", stringify!($slot), " = ", stringify!($slot), "_slot[at];\n",)*
                load!([$($c)*] ["0].y" "0].z" "0].w" "1].x" "1].y" "1].z" "1].w" "2].x" "2].y" "2].z"]),
                stringify!($($body)*), "\n",
                $(stringify!($slot), "_slot[at] = ", stringify!($slot), ";\n",)*
                "weight[at] = ", stringify!($w), ";\n}\n",
            ),
        }
    };
}

static SGD: Form = form!(|w, g, [], [l]| {
    w -= l * g;
});

static MOMENTUM: Form = form!(|w, g, [v], [l, momentum]| {
    v = momentum * v - l * g;
    w += v;
});

static NESTEROV: Form = form!(|w, g, [v], [l, momentum]| {
    v = momentum * v - l * g;
    w += momentum * v - l * g;
});

/// RMSprop; Adagrad with (rho, rest) = (1, 1). Epsilon stands inside or outside of the root, the other is 0.
static SQUARES: Form = form!(|w, g, [a], [l, rho, rest, inside, outside]| {
    a = rho * a + rest * g * g;
    w -= l * g / (sqrt(a + inside) + outside);
});

static ADADELTA: Form = form!(|w, g, [a, d], [l, rho, rest, epsilon]| {
    a = rho * a + rest * g * g;
    let u = g * sqrt(d + epsilon) / sqrt(a + epsilon);
    w -= l * u;
    d = rho * d + rest * u * u;
});

static ADAM: Form = form!(|w, g, [m, v], [l, b1, c1, b2, c2, epsilon]| {
    m = b1 * m + c1 * g;
    v = b2 * v + c2 * g * g;
    w -= l * m / (sqrt(v) + epsilon);
});

static ADAMAX: Form = form!(|w, g, [m, u], [l, b1, c1, b2, epsilon]| {
    m = b1 * m + c1 * g;
    u = max(b2 * u, abs(g));
    w -= l * m / (u + epsilon);
});

static NADAM: Form = form!(
    |w, g, [m, v], [of_g, of_m, b1, c1, b2, c2, of_v, epsilon]| {
        m = b1 * m + c1 * g;
        v = b2 * v + c2 * g * g;
        w -= (of_g * g + of_m * m) / (sqrt(of_v * v) + epsilon);
    }
);

// WGSL's names.
#[inline(always)]
fn sqrt(x: f32) -> f32 {
    x.sqrt()
}

#[inline(always)]
fn abs(x: f32) -> f32 {
    x.abs()
}

#[inline(always)]
fn max(a: f32, b: f32) -> f32 {
    // Not `f32::max`, which keeps WebAssembly's compiler from vectorising: five times as slow.
    if a > b { a } else { b }
}

impl Form {
    /// Updates weight and slots in place, in parts where there are threads: every number is by itself.
    pub fn update(
        &self,
        weight: &mut [f32],
        gradient: &[f32],
        slots: &mut [Vec<f32>],
        constants: &[f32],
    ) {
        let mut slots: Vec<_> = slots.iter_mut().map(|slot| slot.chunks_mut(PART)).collect();
        let mut parts: Vec<Part> = weight
            .chunks_mut(PART)
            .zip(gradient.chunks(PART))
            .map(|(weight, gradient)| Part {
                weight,
                gradient,
                slots: slots.iter_mut().filter_map(Iterator::next).collect(),
            })
            .collect();
        fireside_threads::for_parts(&mut parts, 1, &|_, parts: &mut [Part]| {
            for part in parts {
                (self.slice)(part.weight, part.gradient, &mut part.slots, constants);
            }
        });
    }

    /// The form of a rule.
    pub fn of(rule: &Rule) -> &'static Self {
        match rule {
            Rule::Sgd { momentum, .. } if *momentum == 0.0 => &SGD,
            Rule::Sgd { nesterov, .. } if *nesterov => &NESTEROV,
            Rule::Sgd { .. } => &MOMENTUM,
            Rule::Rmsprop { .. } | Rule::Adagrad { .. } => &SQUARES,
            Rule::Adadelta { .. } => &ADADELTA,
            Rule::Adam { .. } => &ADAM,
            Rule::Adamax { .. } => &ADAMAX,
            Rule::Nadam { .. } => &NADAM,
        }
    }
}

/// What the slots hold before the first update.
pub(crate) const fn initial_slot(rule: &Rule) -> f32 {
    match rule {
        Rule::Adagrad {
            initial_accumulator_value,
            ..
        } => *initial_accumulator_value as f32,
        _ => 0.0,
    }
}

/// Nadam's mu of update `t`; 1 for every other rule, whose product of them stays 1.
pub(crate) fn nadam_momentum(rule: &Rule, t: u64) -> f64 {
    match *rule {
        Rule::Nadam {
            beta_1,
            schedule_decay,
            ..
        } => beta_1 * (1.0 - 0.5 * 0.96f64.powf(t as f64 * schedule_decay)),
        _ => 1.0,
    }
}

/// The constants of an update: worked out in f64, because 1 - beta^t in f32 is off by 1e-5 in the first updates.
///
/// `rate` is the learning rate after schedule and decay, `t` the number of this update, from 1, `product` that of
/// Nadam's mu up to `t`.
pub(crate) fn constants(spec: &Spec, rate: f64, t: u64, product: f64) -> Vec<f32> {
    let steps = t as f64;
    let roots = |epsilon| match spec.dialect {
        Dialect::Keras2 => (0.0, epsilon),
        Dialect::Keras3 => (epsilon, 0.0),
    };
    let own = match spec.rule {
        Rule::Sgd { momentum: 0.0, .. } => vec![rate],
        Rule::Sgd { momentum, .. } => vec![rate, momentum],
        Rule::Rmsprop { rho, epsilon } => {
            let (inside, outside) = roots(epsilon);
            vec![rate, rho, 1.0 - rho, inside, outside]
        }
        Rule::Adagrad { epsilon, .. } => {
            let (inside, outside) = roots(epsilon);
            vec![rate, 1.0, 1.0, inside, outside]
        }
        Rule::Adadelta { rho, epsilon } => vec![rate, rho, 1.0 - rho, epsilon],
        Rule::Adam {
            beta_1,
            beta_2,
            epsilon,
        } => {
            let rate = rate * (1.0 - beta_2.powf(steps)).sqrt() / (1.0 - beta_1.powf(steps));
            vec![rate, beta_1, 1.0 - beta_1, beta_2, 1.0 - beta_2, epsilon]
        }
        Rule::Adamax {
            beta_1,
            beta_2,
            epsilon,
        } => {
            let rate = rate / (1.0 - beta_1.powf(steps));
            vec![rate, beta_1, 1.0 - beta_1, beta_2, epsilon]
        }
        Rule::Nadam {
            beta_1,
            beta_2,
            epsilon,
            ..
        } => {
            let now = nadam_momentum(&spec.rule, t);
            let next = nadam_momentum(&spec.rule, t + 1);
            vec![
                rate * (1.0 - now) / (1.0 - product),
                rate * next / (1.0 - product * next),
                beta_1,
                1.0 - beta_1,
                beta_2,
                1.0 - beta_2,
                1.0 / (1.0 - beta_2.powf(steps)),
                epsilon,
            ]
        }
    };
    let keep = 1.0 - rate * spec.weight_decay;
    std::iter::once(keep)
        .chain(own)
        .map(|value| value as f32)
        .collect()
}
