//! Texts and numbers beyond all bounds.

use crate::{only, problems, with};
use fireside_spec::edit;
use fireside_tests::runs::text;
use std::time::{Duration, Instant};

#[test]
fn numbers_beyond_all_bounds() {
    for number in [
        "99999999999999999999999",
        "-99999999999999999999999",
        "0x7fffffffffffffff",
        "9223372036854775807",
        "1e999",
        "-1e999",
        "inf",
        "nan",
        "-0",
        "0.0000000000000000000001",
    ] {
        for field in [
            "epochs = 10",
            "rate = 0.2",
            "units = 128",
            "kernel_size = 5",
            "scale = 255",
            "seed = 7",
            "pool_size = 2",
            "filters = 32",
            "learning_rate = 0.001",
            "decimals = 4",
            "chapter = 13",
        ] {
            let name = field.split(' ').next().unwrap_or_default();
            // Some are in range (a rate of -0); none may pass as a size.
            let found = problems(&with(field, &format!("{name} = {number}")));
            let real = ["rate", "scale", "learning_rate"].contains(&name);
            assert!(
                real || name == "seed"
                    || name == "chapter"
                    || name == "decimals"
                    || !found.is_empty(),
                "{name} = {number} passed"
            );
            for problem in found {
                assert!(problem.line > 0, "{problem:?}");
            }
        }
    }
}

#[test]
fn too_long_is_refused_before_it_is_read() {
    let original = text("13.4", &[]);
    let room = 64 * 1024 - original.len();
    let fits = original.clone() + "#" + &"x".repeat(room - 1);
    assert_eq!(problems(&fits), []);
    let text = fits + "x";
    let problem = only(&text);
    assert_eq!(problem.code, "too_large");
    assert_eq!(
        (problem.args["found"].as_str(), problem.args["max"].as_str()),
        ("65537", "65536")
    );
    let layers =
        original + &"\n[[layers]]\ntype = \"Activation\"\nactivation = \"relu\"\n".repeat(450);
    assert!(
        problems(&layers)
            .iter()
            .any(|p| p.code == "out_of_range" && p.place == "layers")
    );
}

/// With the 1 MB of stack that WebAssembly gives.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work);
    thread
        .expect("a thread")
        .join()
        .expect("no panic on a small stack");
}

#[test]
fn deep_nesting_neither_overflows_nor_hangs() {
    for (open, close) in [("[", "]"), ("{a=", "}"), ("[{a=", "}]")] {
        for closed in [false, true] {
            for depth in [70, 500, 10_000] {
                let mut text = format!("x = {}", open.repeat(depth));
                if closed {
                    text += &format!("1{}", close.repeat(depth));
                }
                on_a_small_stack(move || {
                    assert!(!problems(&text).is_empty());
                    let _ = edit::set(&text, "x.a.a", "1");
                });
            }
        }
    }
    for depth in [100, 1_000, 30_000] {
        let dotted = vec!["a"; depth].join(".");
        for text in [
            format!("{dotted} = 1"),
            format!("[{dotted}]"),
            format!("[[{dotted}]]"),
        ] {
            on_a_small_stack(move || {
                let start = Instant::now();
                assert!(!problems(&text).is_empty());
                let _ = edit::set(&text, &dotted_path(depth), "1");
                assert!(
                    start.elapsed() < Duration::from_secs(5),
                    "took {:?}",
                    start.elapsed()
                );
            });
        }
    }
}

fn dotted_path(depth: usize) -> String {
    vec!["a"; depth.min(1_000)].join(".")
}
