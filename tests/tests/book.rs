//! The book's own files: every experiment parses and checks, totals and shapes are the sources', what is
//! printed can be measured, and what a question sets can be set.

use fireside_book::{FILES, chapters, concepts, load};
use fireside_datasets::{catalog, official_shape};
use fireside_spec::summary::Summary;
use fireside_spec::{Checked, Experiment, Kind, Stage, card, edit, parse};
use fireside_tests::data::whole;
use fireside_tests::runs::text;
use fireside_training::Plan;
use fireside_training::compute::compute;

fn checked(text: &str) -> Checked {
    card::read(text, official_shape, "").unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

fn summary(id: &str) -> Summary {
    Summary::of(&checked(&text(id, &[])))
}

/// A link to a term must not lead nowhere, in either language.
#[test]
fn every_concept_has_its_place_in_both_languages() {
    let all = concepts().unwrap_or_else(|error| panic!("{error}"));
    assert!(!all.is_empty());
    for concept in all {
        for lang in ["en", "zh"] {
            let path = format!("web/src/content/{}/{lang}.md", concept.chapter);
            let mark = match concept.anchor.strip_prefix("figure-") {
                Some(name) => format!("\n::figure{{{name}}}\n"),
                None => format!(" {{#{}}}\n", concept.anchor),
            };
            let places = fireside_tests::files::text(&path).matches(&mark).count();
            assert_eq!(places, 1, "{path}: {} wants {mark:?} once", concept.id);
        }
    }
}

#[test]
fn the_whole_book_loads() {
    let book = load(official_shape).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(book.cards.len(), FILES.len());
    for card in &book.cards {
        assert_eq!(card.summary.is_some(), card.kind.trains(), "{}", card.id);
        let plan = Plan::of(&parse(&card.text).expect("read before"));
        let fits = card.summary.as_ref().map_or(0, |_| plan.fits() as usize);
        assert_eq!(card.fits, fits, "{}", card.id);
        for words in [&card.title, &card.intro].into_iter().chain(&card.errata) {
            assert!(!words.en.is_empty() && !words.zh.is_empty(), "{}", card.id);
        }
        let sweep = parse(&card.text).expect("read before").sweep;
        // What is printed is printed to its last digit, of a point that there is.
        for reported in &card.reported {
            let known = |labels| sweep.as_ref().and_then(|sweep| sweep.point_of(labels));
            let point = reported.point.as_deref().map(known);
            assert_ne!(point, Some(None), "{} {reported:?}", card.id);
            let scaled = reported.value * 10f64.powi(reported.decimals as i32);
            assert!(
                (scaled - scaled.round()).abs() < 1e-6,
                "{} {reported:?}",
                card.id
            );
        }
        let curve = card.curve.clone().unwrap_or_default();
        let epochs = epochs(&parse(&card.text).expect("read before"));
        for column in [
            &curve.loss,
            &curve.accuracy,
            &curve.val_loss,
            &curve.val_accuracy,
        ] {
            assert!(
                [0, epochs].contains(&column.len()),
                "{}: {column:?}",
                card.id
            );
        }
    }
    for (id, text) in FILES {
        let experiment = parse(text).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
        assert_eq!(experiment.id, *id);
        let chapter = experiment.chapter.to_string();
        let listed = chapters().expect("chapters.toml");
        let listed = listed
            .iter()
            .find(|c| c.experiments.iter().any(|e| e == id));
        let listed = listed.unwrap_or_else(|| panic!("{id} is in no chapter"));
        // A page that belongs to a chapter has its number and a letter.
        let number = listed.id.trim_end_matches(|c: char| c.is_ascii_lowercase());
        assert_eq!(number, chapter, "{id}");
    }
}

/// Epochs of all fits of one network.
fn epochs(experiment: &Experiment) -> usize {
    let fits = experiment.stages.iter().map(|stage| match stage {
        Stage::Fit { epochs, .. } => *epochs,
        _ => 0,
    });
    let whole = experiment.training.as_ref().map_or(0, |t| t.epochs);
    if experiment.kind == Kind::Stages {
        fits.sum()
    } else {
        whole
    }
}

/// The names of the figures that a run of the experiment gives.
fn figures(experiment: &Experiment) -> Vec<String> {
    let shape = official_shape(&experiment.data);
    let classes = shape.map_or(0, |shape| shape.classes());
    let own = if classes > 0 {
        vec!["loss", "accuracy"]
    } else {
        vec!["loss"]
    };
    let own: Vec<String> = own.into_iter().map(String::from).collect();
    let metrics = experiment.training.as_ref().map(|t| &t.metrics);
    let metrics = metrics.into_iter().flatten().map(|metric| metric.name());
    let all: Vec<String> = own.iter().cloned().chain(metrics).collect();
    let of = |part: &str, names: &[String]| -> Vec<String> {
        names.iter().map(|name| format!("{part}_{name}")).collect()
    };
    match experiment.kind {
        Kind::Look | Kind::Compute => Vec::new(),
        Kind::Predict => of("test", &own),
        Kind::Stages => {
            let measured = experiment.stages.iter().filter_map(|stage| match stage {
                Stage::Evaluate { name, .. } => Some(of(name, &all)),
                _ => None,
            });
            measured.flatten().collect()
        }
        Kind::Train | Kind::Sweep | Kind::Generate => {
            [of("train", &all), of("validation", &all), of("test", &all)].concat()
        }
    }
}

/// What a source printed, a question asks for or a sweep compares is a figure that the run gives.
#[test]
fn what_is_printed_can_be_measured() {
    let mut printed = 0;
    for (id, text) in FILES {
        let experiment = parse(text).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
        let known = figures(&experiment);
        let reported = experiment.reported.iter().map(|r| &r.metric);
        let asked = experiment.question.iter().map(|q| &q.metric);
        let compared = experiment.sweep.iter().map(|sweep| &sweep.metric);
        let watched = experiment.callbacks.iter().map(|c| &c.monitor().metric);
        for name in reported.chain(asked).chain(compared) {
            assert!(known.contains(name), "{id}: {name} is none of {known:?}");
            printed += 1;
        }
        for name in watched {
            let watchable = ["train_loss", "validation_loss", "validation_accuracy"];
            assert!(watchable.contains(&name.as_str()), "{id}: {name}");
        }
    }
    assert!(printed >= 20, "{printed}");
}

/// Every point of every sweep is an experiment that checks; how many fits it costs is known.
#[test]
fn sweeps_check_at_every_point() {
    let mut found = Vec::new();
    for (id, text) in FILES {
        let experiment = parse(text).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
        let Some(sweep) = &experiment.sweep else {
            continue;
        };
        let points = (0..sweep.points()).map(|point| {
            let checked = card::read_point(text, point, official_shape, "");
            checked.unwrap_or_else(|problems| panic!("{id} at {point}: {problems:?}"))
        });
        let points: Vec<Checked> = points.collect();
        for (index, point) in points.iter().enumerate() {
            let same = points[..index].iter().find(|other| {
                (&other.training, &other.layers, other.train_rows)
                    == (&point.training, &point.layers, point.train_rows)
            });
            assert!(same.is_none(), "{id}: point {index} is an earlier one");
        }
        found.push((*id, points, Plan::of(&experiment).fits()));
    }
    let [grid, sizes, simple] = &found[..] else {
        panic!("{} sweeps", found.len());
    };
    assert_eq!((grid.0, grid.1.len(), grid.2), ("6.2", 72, 216));
    // The printed winner: batch 5, 200 epochs, normal, rmsprop.
    let best = parse(&text("6.2", &[])).expect("read before");
    let sweep = best.sweep.expect("a sweep");
    let winner = ["5", "200", "normal", "rmsprop"];
    let at = (0..72).position(|point| sweep.labels(point) == winner);
    let at = &grid.1[at.expect("the winner is a point")];
    assert_eq!((at.training.epochs, at.training.batch_size), (200, 5));
    assert_eq!(at.training.optimizer.name(), "rmsprop");
    assert_eq!(at.parameters(), 221);
    assert_eq!((sizes.0, sizes.2), ("002-MNIST-DATASIZE", 30));
    let sizes = sizes.1.iter().map(|at| (at.train_rows, at.parameters()));
    let expected = [300, 600, 1800, 3000, 5900].map(|rows| [(rows, 431_080), (rows, 118_282)]);
    assert_eq!(sizes.collect::<Vec<_>>(), expected.concat());
    assert_eq!((simple.0, simple.2), ("002-MNIST-DATASIZE-SGD", 15));
    let sizes = simple.1.iter().map(|at| (at.train_rows, at.parameters()));
    assert_eq!(
        sizes.collect::<Vec<_>>(),
        [300, 600, 1800, 3000, 5900].map(|rows| (rows, 7_850))
    );
}

/// The worked convolution comes out as printed.
#[test]
fn the_worked_convolution_is_the_sources() {
    let experiment = parse(&text("002-CONVEXAMPLE", &[])).expect("read before");
    let computed = compute(&experiment.compute.expect("a calculation")).expect("it fits");
    let expected = [[4.0, 3.0, 4.0], [2.0, 4.0, 3.0], [2.0, 3.0, 4.0]];
    assert_eq!(computed.output, expected);
}

/// A model that answers is of the book and fits the data; a text that is continued can be read.
#[test]
fn what_answers_and_what_is_continued_is_there() {
    let [mut answers, mut texts] = [0, 0];
    for (id, text) in FILES {
        let experiment = parse(text).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
        if let Some(predict) = &experiment.predict {
            answers += 1;
            let model = fireside_book::text(&predict.model);
            let model = checked(model.unwrap_or_else(|| panic!("{id}: no {}", predict.model)));
            let data = official_shape(&experiment.data).expect("official data");
            assert_eq!(model.data.inputs, data.inputs, "{id}");
            let rows = [data.train_rows, data.test_rows][usize::from(data.test_rows > 0)];
            assert!(predict.rows <= rows, "{id}: {} of {rows}", predict.rows);
        }
        if let Some(generate) = &experiment.generate {
            texts += 1;
            let entry = catalog::find(&experiment.data.name).expect("a data set");
            let raw = match entry.official.source {
                catalog::Source::BuiltIn => {
                    let read = catalog::reader(entry.name).expect("a reader").read;
                    read(&[]).expect("a built-in text")
                }
                _ => whole(entry.name),
            };
            let options = &experiment.data.preparation;
            let data = raw.prepare(options).expect("rows");
            let words = data.vocabulary.expect("a vocabulary");
            let prompt = words.encode(&generate.prompt);
            // Between words and marks there are blanks in one and none in the other.
            let letters = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
            assert_eq!(
                letters(&words.decode(&prompt)),
                letters(&generate.prompt),
                "{id}"
            );
            assert!(prompt.len() >= options.sequence_length, "{id}");
        }
    }
    assert_eq!((answers, texts), (2, 5));
}

/// Long, and with no part of it that a reader would wait for: nothing is asked that is not measured.
const UNASKED: [&str; 7] = [
    "ALICE-SHIPPED",
    "15.5",
    "CIFAR-SHIPPED",
    "IMDB-SHIPPED",
    "OWN-REVIEWS",
    "20.3",
    "20.3b",
];

#[test]
fn what_a_question_sets_can_be_set_and_is_another_experiment() {
    for (id, text) in FILES {
        let experiment = parse(text).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
        let Some(question) = &experiment.question else {
            let many = experiment.kind != Kind::Train || experiment.protocol.fits() > 1;
            assert!(many || UNASKED.contains(id), "{id} has no question");
            continue;
        };
        let (set, bins) = (&question.set, &question.bins);
        assert!(!set.is_empty() && !bins.is_empty(), "{id}");
        assert!(bins.is_sorted(), "{id}: {bins:?}");
        let mut changed = (*text).to_string();
        for (path, value) in set {
            let next = edit::set(&changed, path, value);
            let next = next.unwrap_or_else(|problem| panic!("{id}: {problem}"));
            assert_ne!(next, changed, "{id}: {path} = {value} changes nothing");
            changed = next;
        }
        let both = [*text, &changed].map(|text| checked(text).experiment);
        assert_ne!(both[0], both[1], "{id}");
    }
}

/// Every setting of every form can be set to its bounds and choices: the text stays one that can be read.
#[test]
fn every_setting_can_be_set() {
    let mut set = 0;
    for id in ["13.3", "13.4", "13.5", "002-LENET"] {
        let original = text(id, &[]);
        let summary = summary(id);
        let own = summary.layers.iter().flat_map(|layer| &layer.settings);
        for setting in summary.settings.iter().chain(own) {
            let mut values = setting.choices.clone();
            values.extend([
                setting.value.clone(),
                setting.min.to_string(),
                setting.max.to_string(),
            ]);
            values.retain(|value| setting.choices.is_empty() || setting.choices.contains(value));
            for value in values {
                let text = edit::set(&original, &setting.path, &value);
                let text = text.unwrap_or_else(|problem| panic!("{id}: {problem}"));
                // Zero epochs or a window larger than the picture may be refused, but must be understood.
                let problems = match parse(&text) {
                    Ok(_) => Vec::new(),
                    Err(problems) => problems,
                };
                assert!(
                    problems.is_empty(),
                    "{id}: {} = {value}: {problems:?}",
                    setting.path
                );
                let read = card::check_text(&text, official_shape, "");
                for problem in &read.problems {
                    assert!(
                        problem.line > 0,
                        "{id}: {} = {value}: {problem:?}",
                        setting.path
                    );
                }
                set += 1;
            }
        }
        let same = edit::set(&original, "training.epochs", &summary.epochs.to_string());
        assert_eq!(same.as_deref(), Ok(original.as_str()), "{id}");
    }
    assert!(set > 200, "{set}");
}
