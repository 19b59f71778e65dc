//! The engine against the reference numbers of Keras, PyTorch and a float64 script (`tests/reference`).
//!
//! Natively every check is a test; `tests/wasm` makes a module of the same files for the engines of the browser.

mod augment;
mod constraints;
mod families;
mod initializers;
mod insight;
mod layers;
mod losses;
mod masks;
mod memory;
mod metrics;
mod optimizers;
mod random;
mod recurrent;
mod runs;
mod schedules;
mod totals;
mod updates;

use fireside_spec::{Dialect, Training, parse};
use serde_json::Value;

/// All checks, by module: `Cpu`, or `Both` where the GPU has kernels for it.
macro_rules! checks {
    ($($module:ident { $($check:ident: $on:ident,)* })*) => {
        #[cfg(not(target_family = "wasm"))]
        mod native {
            $(mod $module {
                $(#[test]
                fn $check() {
                    fireside_tests::block_on(super::super::$module::$check());
                })*
            })*
        }

        #[cfg(target_family = "wasm")]
        pub const CHECKS: &[crate::Check] = &[
            $($(crate::Check {
                name: concat!(stringify!($module), "::", stringify!($check)),
                on: crate::On::$on,
                run: || Box::pin($module::$check()),
            },)*)*
        ];
    };
}

checks! {
    augment {
        changed_pictures_are_keras_s_cell_by_cell: Cpu,
        standardized_pictures_agree_with_keras: Cpu,
    }
    constraints {
        penalties_clips_and_constraints_agree: Both,
        a_run_with_everything_around_the_rule_agrees: Both,
        a_penalty_needs_no_gradient: Cpu,
    }
    families {
        ten_updates_of_every_family_of_layers_agree: Both,
        ten_updates_of_a_network_with_every_rule_agree: Both,
    }
    initializers {
        every_initializer_draws_what_the_reference_draws: Cpu,
        fans_are_the_reference_s: Cpu,
        orthogonal_is_orthonormal: Cpu,
        identity_of_tall_and_wide_tensors: Cpu,
    }
    insight {
        maps_agree_with_pytorch: Both,
        saliency_and_grad_cam_agree_with_pytorch: Both,
        units_and_a_step_of_their_ascent_agree_with_pytorch: Both,
        squares_cover_what_they_should: Both,
        filters_are_the_kernels: Both,
    }
    layers {
        layers_agree_with_keras_and_pytorch: Both,
        convolutions_agree_with_keras_and_pytorch: Both,
        pooling_and_reshaping_agree_with_keras_and_pytorch: Both,
        activations_and_merges_agree_with_keras_and_pytorch: Both,
        normalizations_agree_with_keras_and_pytorch: Both,
        layers_of_sequences_agree_with_keras_and_pytorch: Both,
        dropout_masks_are_the_reference_s: Both,
    }
    losses {
        losses_and_their_gradients_agree: Both,
        all_losses_agree_in_both_dialects_with_and_without_weights: Both,
        what_is_no_number_gives_no_loss: Cpu,
        a_batch_of_nothing_but_zero_weights_is_no_number_in_keras_2: Cpu,
        logcosh_leaves_the_range_of_32_bits_in_keras_2_only: Cpu,
        only_probabilities_have_a_dead_zone: Cpu,
        logits_become_probabilities_on_the_host: Cpu,
    }
    masks {
        means_of_steps_leave_the_padding_out: Both,
        padding_alone_is_nothing_and_keras_2_counts_it: Both,
    }
    memory {
        a_stateful_layer_over_two_batches_is_one_over_a_long_sequence: Both,
        a_batch_of_another_size_starts_anew: Both,
        both_directions_keep_their_states: Both,
        padded_steps_change_nothing: Both,
        both_directions_pass_over_padding: Both,
        padded_steps_repeat_the_output_before_them: Both,
        padding_gets_no_gradient: Both,
        masks_of_joined_inputs: Both,
        masks_of_an_attention_with_two_inputs: Both,
    }
    metrics {
        metrics_agree_with_scikit_learn: Cpu,
        accuracy_depends_on_the_dialect_where_keras_does: Cpu,
    }
    optimizers {
        ten_updates_of_every_rule_agree: Both,
        ten_losses_of_a_run_with_every_rule_agree: Cpu,
        a_weight_without_a_gradient_stays_as_it_is: Both,
        a_saved_state_goes_on: Both,
        a_state_that_does_not_fit_changes_nothing: Cpu,
    }
    random {
        streams_are_the_reference_s: Cpu,
        known_answers_of_the_generator_s_authors: Cpu,
        permutations_are_the_reference_s: Cpu,
        initial_weights_are_the_reference_s: Cpu,
    }
    recurrent {
        recurrent_layers_agree_with_keras_and_pytorch: Both,
    }
    runs {
        ten_updates_of_chapter_13_agree_with_keras_and_pytorch: Cpu,
        probabilities_at_the_initial_weights_agree: Both,
    }
    schedules {
        rates_agree_with_keras_and_pytorch: Cpu,
        plateaus_are_cut_when_keras_cuts_them: Cpu,
    }
    totals {
        every_network_of_the_sources_has_its_total: Cpu,
        the_large_graphs_have_their_totals: Cpu,
    }
}

/// A JSON value as TOML writes it.
fn toml(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Array(items) => format!("[{}]", list(items.iter().map(toml).collect())),
        Value::Object(fields) => {
            let field = |(name, value)| format!("{name} = {}", toml(value));
            format!("{{ {} }}", list(fields.iter().map(field).collect()))
        }
        plain => plain.to_string(),
    }
}

/// What an experiment with this loss and these metrics asks for.
fn training(dialect: &str, loss: &Value, metrics: &Value) -> (Training, Dialect) {
    let text = format!(
        "id = \"case\"\nkind = \"train\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\ndialect = \"{dialect}\"\n[data]\nname = \"case\"\n\
         [training]\nloss = {}\nmetrics = {}\noptimizer = \"sgd\"\nepochs = 1\n\
         [[layers]]\ntype = \"Flatten\"\n",
        toml(loss),
        toml(metrics)
    );
    let experiment = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let training = experiment.training.expect("a table training");
    (training, experiment.dialect)
}
