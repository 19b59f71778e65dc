//! Recurrent layers in a network: what they keep from batch to batch, and steps of padding that they do not see.

use burn::tensor::{Tensor, TensorData};
use fireside_network::{Mode, Network, Value};
use fireside_spec::Target;
use fireside_tests::compare::{Agreement, difference};
use fireside_tests::engine::{self, device};
use fireside_tests::networks::{built, data};
use fireside_tests::tolerance::SINGLE;

const TRAIN: Mode = Mode::Train { seed: 3, update: 1 };

/// A network of these layers, written as TOML, on inputs of these shapes.
fn network(layers: &str, inputs: &[(&str, &[usize])]) -> Network {
    let text = format!(
        "id = \"case\"\nkind = \"train\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\n[data]\nname = \"case\"\n\
         [training]\nepochs = 1\nloss = \"mse\"\noptimizer = \"sgd\"\n{layers}"
    );
    let checked = built(&text, data(inputs.iter().copied(), Target::Values(1), 10));
    Network::build(&checked, 5, &device())
}

fn layers(all: &[&str]) -> String {
    let tables = all
        .iter()
        .map(|fields| format!("[[layers]]\n{}\n", fields.replace(", ", "\n")));
    tables.collect()
}

async fn values(value: Value) -> Vec<f64> {
    engine::values(value.into_flat()).await
}

/// Numbers between -1 and 1, all different.
fn numbers(shape: [usize; 3], from: usize) -> Tensor<3> {
    let length = shape.iter().product::<usize>();
    let values: Vec<f32> = (from..from + length)
        .map(|i| (i as f32 * 0.731).sin())
        .collect();
    Tensor::from_data(TensorData::new(values, shape), &device())
}

fn ids(rows: &[&[u8]]) -> Value {
    let flat: Vec<f32> = rows
        .iter()
        .flat_map(|row| row.iter())
        .map(|id| f32::from(*id))
        .collect();
    let data = TensorData::new(flat, [rows.len(), rows[0].len()]);
    Value::Flat(Tensor::from_data(data, &device()))
}

const CELLS: [&str; 4] = [
    "type = \"SimpleRNN\", units = 4",
    "type = \"GRU\", units = 4",
    "type = \"GRU\", units = 4, reset_after = true",
    "type = \"LSTM\", units = 4",
];

pub async fn a_stateful_layer_over_two_batches_is_one_over_a_long_sequence() {
    let mut agreement = Agreement::new();
    let whole = numbers([3, 8, 2], 0);
    let halves = [0, 4].map(|from| whole.clone().slice([0..3, from..from + 4, 0..2]));
    let half = |index: usize| Value::Sequence(halves[index].clone());
    for cell in CELLS {
        // Two of them: the first one's states have to be kept apart from the second one's.
        let two = |more: &str| {
            layers(&[
                &format!("{cell}, return_sequences = true{more}"),
                &format!("{cell}, return_sequences = true{more}"),
            ])
        };
        let plain = network(&two(""), &[("input", &[8, 2])]);
        let expected = values(plain.forward(vec![Value::Sequence(whole.clone())], Mode::Use)).await;
        let mut stateful = network(&two(", stateful = true"), &[("input", &[4, 2])]);
        let halves_of = |rows: &[f64]| -> [Vec<f64>; 2] {
            let cut = |from: usize| {
                rows.chunks(32)
                    .flat_map(move |row| row[from..from + 16].to_vec())
            };
            [cut(0).collect(), cut(16).collect()]
        };
        let expected = halves_of(&expected);
        for mode in [Mode::Use, TRAIN] {
            for (index, expected) in expected.iter().enumerate() {
                // In training the pass goes over a tape; what it leaves behind must be the same.
                let (output, moved) = match mode {
                    Mode::Use => stateful.pass(vec![half(index)], mode),
                    Mode::Train { .. } => {
                        let tracked = stateful.tracked();
                        let (output, moved) = tracked.pass(vec![half(index).on_tape()], mode);
                        let sum = output.clone().into_flat().sum();
                        let mut gradients = sum.backward();
                        let found = tracked.gradients(&mut gradients);
                        assert!(found.iter().all(Option::is_some), "{cell}");
                        let Value::Sequence(output) = output else {
                            panic!("no sequence");
                        };
                        (Value::Sequence(output.inner()), moved)
                    }
                };
                stateful.absorb(moved);
                let place = format!("{cell} {mode:?} batch {index}");
                agreement.check("stateful", &place, &values(output).await, expected, SINGLE);
            }
            stateful.reset_states();
        }
        // Nothing is kept that is not absorbed, and nothing after a reset.
        let first = values(stateful.forward(vec![half(0)], Mode::Use)).await;
        agreement.check("reset", cell, &first, &expected[0], SINGLE);
        let second = values(stateful.forward(vec![half(1)], Mode::Use)).await;
        assert!(
            difference(&second, &expected[1]) > 0.01,
            "{cell} remembers what it should not"
        );
        // A layer that is not stateful keeps nothing.
        let mut forgetful = network(&two(""), &[("input", &[4, 2])]);
        let (_, moved) = forgetful.pass(vec![half(0)], Mode::Use);
        forgetful.absorb(moved);
        let again = values(forgetful.forward(vec![half(1)], Mode::Use)).await;
        agreement.check("not stateful", cell, &again, &second, SINGLE);
    }
    agreement.finish(4 * 6);
}

pub async fn a_batch_of_another_size_starts_anew() {
    for cell in CELLS {
        let text = layers(&[&format!("{cell}, stateful = true")]);
        let mut network = network(&text, &[("input", &[4, 2])]);
        let small = Value::Sequence(numbers([2, 4, 2], 50));
        let expected = values(network.forward(vec![small.clone()], Mode::Use)).await;
        let (_, moved) = network.pass(vec![Value::Sequence(numbers([3, 4, 2], 0))], Mode::Use);
        network.absorb(moved);
        assert_eq!(
            values(network.forward(vec![small], Mode::Use)).await,
            expected,
            "{cell}"
        );
    }
}

pub async fn both_directions_keep_their_states() {
    for cell in CELLS {
        let text = layers(&[&format!(
            "type = \"Bidirectional\", layer = {{ {}#stateful = true }}",
            cell.replace(", ", "#")
        )])
        .replace('#', ", ");
        let mut network = network(&text, &[("input", &[4, 2])]);
        let batch = || vec![Value::Sequence(numbers([3, 4, 2], 0))];
        let first = values(network.forward(batch(), Mode::Use)).await;
        let (_, moved) = network.pass(batch(), Mode::Use);
        network.absorb(moved);
        let second = values(network.forward(batch(), Mode::Use)).await;
        // Four numbers of each direction.
        for from in [0, 4] {
            let of = |all: &[f64]| {
                all.chunks(8)
                    .flat_map(|row| row[from..from + 4].to_vec())
                    .collect()
            };
            let (first, second): (Vec<f64>, Vec<f64>) = (of(&first), of(&second));
            assert!(difference(&second, &first) > 0.01, "{cell} from {from}");
        }
        network.reset_states();
        assert_eq!(
            values(network.forward(batch(), Mode::Use)).await,
            first,
            "{cell}"
        );
    }
}

/// What stands between the table and the recurrent layer and lets the mask through.
const BETWEEN: [&[&str]; 6] = [
    &[],
    &[
        "type = \"SpatialDropout1D\", rate = 0.5",
        "type = \"Dropout\", rate = 0.5",
    ],
    &["type = \"Dense\", units = 5, activation = \"tanh\""],
    &["type = \"TimeDistributed\", layer = { type = \"Dense\"#units = 5 }"],
    &[
        "type = \"LayerNormalization\"",
        "type = \"Activation\", activation = \"relu\"",
    ],
    &["type = \"LSTM\", units = 3, return_sequences = true"],
];

pub async fn padded_steps_change_nothing() {
    let mut agreement = Agreement::new();
    let words: [&[u8]; 2] = [&[3, 5, 2], &[1, 1, 6]];
    let before: [&[u8]; 2] = [&[0, 0, 3, 5, 2], &[0, 0, 1, 1, 6]];
    let behind: [&[u8]; 2] = [&[3, 5, 2, 0, 0], &[1, 1, 6, 0, 0]];
    let within: [&[u8]; 2] = [&[3, 0, 5, 0, 2], &[1, 1, 0, 6, 0]];
    let wrapped = "type = \"Bidirectional\", layer = { type = \"LSTM\"#units = 3 }";
    let kinds = CELLS.into_iter().chain([wrapped]);
    let backwards = CELLS.map(|cell| format!("{cell}, go_backwards = true"));
    for cell in kinds.chain(backwards.iter().map(String::as_str)) {
        for between in BETWEEN {
            let of = |mask: bool, steps: usize| {
                let table = format!(
                    "type = \"Embedding\", input_dim = 8, output_dim = 4, mask_zero = {mask}"
                );
                let all = [&[table.as_str()], between, &[cell]].concat();
                let text = layers(&all).replace('#', ", ");
                network(&text, &[("input", &[steps])])
            };
            let (short, long) = (of(true, 3), of(true, 5));
            let expected = values(short.forward(vec![ids(&words)], Mode::Use)).await;
            for (what, padded) in [("before", before), ("behind", behind), ("within", within)] {
                let got = values(long.forward(vec![ids(&padded)], Mode::Use)).await;
                let place = format!("{cell} behind {between:?}, {what}");
                agreement.check("masked", &place, &got, &expected, SINGLE);
            }
            let seen = values(of(false, 5).forward(vec![ids(&before)], Mode::Use)).await;
            assert!(
                difference(&seen, &expected) > 1e-3,
                "{cell}: the mask does nothing"
            );
        }
    }
    agreement.finish(9 * 6 * 3);
}

/// Both directions over a padded sequence: at the real steps what they say of the sequence alone.
pub async fn both_directions_pass_over_padding() {
    let mut agreement = Agreement::new();
    for cell in CELLS {
        let of = |steps: usize| {
            let table = "type = \"Embedding\", input_dim = 8, output_dim = 4, mask_zero = true";
            let inner = format!("{cell}, return_sequences = true").replace(", ", "#");
            let both = format!("type = \"Bidirectional\", layer = {{ {inner} }}");
            network(
                &layers(&[table, &both]).replace('#', ", "),
                &[("input", &[steps])],
            )
        };
        let expected = values(of(3).forward(vec![ids(&[&[3, 5, 2]])], Mode::Use)).await;
        for (padded, real) in [
            ([0, 0, 3, 5, 2], [2, 3, 4]),
            ([3, 5, 2, 0, 0], [0, 1, 2]),
            ([3, 0, 5, 0, 2], [0, 2, 4]),
        ] {
            let got = values(of(5).forward(vec![ids(&[&padded])], Mode::Use)).await;
            let got: Vec<f64> = real
                .iter()
                .flat_map(|step| got[step * 8..step * 8 + 8].to_vec())
                .collect();
            agreement.check(
                "both directions",
                &format!("{cell} {padded:?}"),
                &got,
                &expected,
                SINGLE,
            );
        }
    }
    agreement.finish(4 * 3);
}

/// Without `return_sequences` the output is the last real step's; with it a padded step repeats the one before.
pub async fn padded_steps_repeat_the_output_before_them() {
    for cell in CELLS {
        let table = "type = \"Embedding\", input_dim = 8, output_dim = 4, mask_zero = true";
        let text = layers(&[table, &format!("{cell}, return_sequences = true")]);
        let network = network(&text, &[("input", &[5])]);
        let got = values(network.forward(vec![ids(&[&[0, 3, 0, 0, 2]])], Mode::Use)).await;
        let steps: Vec<&[f64]> = got.chunks(4).collect();
        assert_eq!(steps[2], steps[1], "{cell}");
        assert_eq!(steps[3], steps[1], "{cell}");
        assert_ne!(steps[4], steps[1], "{cell}");
        assert_eq!(steps[0], [0.0; 4], "{cell}");
    }
}

/// The row of the padding learns nothing.
pub async fn padding_gets_no_gradient() {
    for cell in CELLS {
        for both in [false, true] {
            let cell = match both {
                false => cell.to_string(),
                true => format!(
                    "type = \"Bidirectional\", layer = {{ {} }}",
                    cell.replace(", ", "#")
                ),
            };
            let table = "type = \"Embedding\", input_dim = 8, output_dim = 4, mask_zero = true";
            let text = layers(&[table, &cell]).replace('#', ", ");
            let network = network(&text, &[("input", &[5])]).tracked();
            let batch = vec![ids(&[&[0, 0, 3, 5, 2], &[3, 0, 0, 0, 0]]).on_tape()];
            let (output, _) = network.pass(batch, TRAIN);
            let mut all = output.into_flat().sum().backward();
            let gradient = network.gradients(&mut all).remove(0).expect("of the table");
            let rows = engine::values(gradient).await;
            for (id, row) in rows.chunks(4).enumerate() {
                let seen = [2, 3, 5].contains(&id);
                assert_eq!(
                    row.iter().any(|v| *v != 0.0),
                    seen,
                    "{cell} id {id}: {row:?}"
                );
            }
        }
    }
}

/// Two masked inputs in one: side by side a step counts where both are real, one behind the other each keeps its own.
pub async fn masks_of_joined_inputs() {
    let mut agreement = Agreement::new();
    let of = |join: &str, steps: usize| {
        let table = |name: &str| {
            format!(
                "name = \"t_{name}\", inputs = [\"{name}\"], type = \"Embedding\", input_dim = 8, output_dim = 4, \
                 mask_zero = true"
            )
        };
        let join = format!("inputs = [\"t_a\"#\"t_b\"], {join}");
        let last = "type = \"LSTM\", units = 3";
        let text = layers(&[&table("a"), &table("b"), &join, last]).replace('#', ", ");
        network(&text, &[("a", &[steps]), ("b", &[steps])])
    };
    for join in [
        "type = \"Add\"",
        "type = \"Multiply\"",
        "type = \"Concatenate\"",
    ] {
        let expected = of(join, 2).forward(vec![ids(&[&[3, 5]]), ids(&[&[7, 1]])], Mode::Use);
        let padded = vec![ids(&[&[3, 0, 4, 5]]), ids(&[&[7, 2, 0, 1]])];
        let got = values(of(join, 4).forward(padded, Mode::Use)).await;
        agreement.check("side by side", join, &got, &values(expected).await, SINGLE);
    }
    let join = "type = \"Concatenate\", axis = 1";
    let expected = of(join, 2).forward(vec![ids(&[&[3, 5]]), ids(&[&[7, 1]])], Mode::Use);
    let padded = vec![ids(&[&[3, 0, 5]]), ids(&[&[0, 7, 1]])];
    let got = values(of(join, 3).forward(padded, Mode::Use)).await;
    agreement.check(
        "one behind the other",
        join,
        &got,
        &values(expected).await,
        SINGLE,
    );
    agreement.finish(4);
}

/// An attention that looks elsewhere takes the padding of what it looks at, and hands on that of its own steps.
pub async fn masks_of_an_attention_with_two_inputs() {
    let of = |steps: usize| {
        let text = layers(&[
            "name = \"q\", inputs = [\"a\"], type = \"Embedding\", input_dim = 8, output_dim = 4",
            "name = \"k\", inputs = [\"b\"], type = \"Embedding\", input_dim = 8, output_dim = 4, mask_zero = true",
            "inputs = [\"q\"#\"k\"], type = \"MultiHeadAttention\", num_heads = 2, key_dim = 3",
            "type = \"LSTM\", units = 3",
        ]);
        network(&text.replace('#', ", "), &[("a", &[3]), ("b", &[steps])])
    };
    let query = || ids(&[&[1, 0, 4]]);
    let expected = values(of(2).forward(vec![query(), ids(&[&[3, 5]])], Mode::Use)).await;
    let got = values(of(4).forward(vec![query(), ids(&[&[3, 0, 5, 0]])], Mode::Use)).await;
    let mut agreement = Agreement::new();
    agreement.check("attention", "", &got, &expected, SINGLE);
    agreement.finish(1);
}
