//! The types that cross to the page: `web/src/lib/engine/wire.ts` is generated from the Rust types here and
//! compared with the committed file. `FIRESIDE_BLESS=1 cargo test --test wire` writes it anew.

use fireside_book::reference::{
    Entry, Fault, Field, FieldKind, Formula, Group, Note, Plot, PlotKind, Section, Series, Shapes,
    Tried,
};
use fireside_book::{Book, Chapter, Concept, Reference};
use fireside_browser::failure::Failure;
use fireside_browser::wire::{DataOrigin, DataPart, DataState, Planned, Wanted};
use fireside_inference::{Answer, DrawingState, ModelCard, ModelInfo};
use fireside_spec::card::{Card, CheckedText};
use fireside_spec::summary::{Setting, SettingKind, Summary, SummaryLayer};
use fireside_spec::{Curve, Generate, Kind, Predict, Problem, Question, Reported, Words};
use fireside_tests::files::{bless, root, text};
use fireside_training::compute::{ComputeStep, Computed};
use fireside_training::event::{
    Divergence, EpochScores, Event, MetricValue, Part, RunState, Score,
};
use fireside_training::fitted::PointResult;
use fireside_training::results::{Judged, Measured, Reproduction, Results, Value};
use fireside_training::verdict::Verdict;
use fireside_training::{
    AnswerRow, Confused, Fitted, Guess, Job, Misjudged, Report, StageEvent, Table,
};
use std::collections::BTreeSet;
use ts_rs::{Config, TS};

const FILE: &str = "web/src/lib/engine/wire.ts";

const HEAD: &str = "\
// Generated from the Rust types by `FIRESIDE_BLESS=1 cargo test --release --workspace --test wire`.
// Do not edit: change the Rust type and generate again.
";

/// Declarations in order, and what was declared.
struct Writer {
    config: Config,
    text: String,
    names: BTreeSet<String>,
    wanted: BTreeSet<String>,
}

impl Writer {
    fn add<T: TS + 'static>(&mut self) {
        let docs = T::docs().unwrap_or_default();
        let declaration = T::decl(&self.config);
        self.text += &format!("\n{docs}export {declaration}\n");
        let name = T::ident(&self.config);
        assert!(self.names.insert(name.clone()), "{name} is declared twice");
        let used = T::dependencies(&self.config);
        self.wanted
            .extend(used.into_iter().map(|used| used.ts_name));
    }
}

fn generated() -> String {
    let mut w = Writer {
        config: Config::new(),
        text: HEAD.into(),
        names: BTreeSet::new(),
        wanted: BTreeSet::new(),
    };
    w.add::<Words>();
    w.add::<Kind>();
    w.add::<Problem>();
    w.add::<SettingKind>();
    w.add::<Setting>();
    w.add::<SummaryLayer>();
    w.add::<Summary>();
    w.add::<Reported>();
    w.add::<Curve>();
    w.add::<Question>();
    w.add::<Predict>();
    w.add::<Generate>();
    w.add::<Card>();
    w.add::<CheckedText>();
    w.add::<Chapter>();
    w.add::<Concept>();
    w.add::<Book>();
    w.add::<FieldKind>();
    w.add::<Field>();
    w.add::<Formula>();
    w.add::<Shapes>();
    w.add::<Tried>();
    w.add::<Fault>();
    w.add::<Note>();
    w.add::<PlotKind>();
    w.add::<Series>();
    w.add::<Plot>();
    w.add::<Entry>();
    w.add::<Section>();
    w.add::<Group>();
    w.add::<Reference>();
    w.add::<Failure>();
    w.add::<Part>();
    w.add::<Score>();
    w.add::<MetricValue>();
    w.add::<EpochScores>();
    w.add::<Divergence>();
    w.add::<Event>();
    w.add::<RunState>();
    w.add::<Job>();
    w.add::<Fitted>();
    w.add::<PointResult>();
    w.add::<Table>();
    w.add::<Planned>();
    w.add::<StageEvent>();
    w.add::<ComputeStep>();
    w.add::<Computed>();
    w.add::<AnswerRow>();
    w.add::<Guess>();
    w.add::<Misjudged>();
    w.add::<Confused>();
    w.add::<Report>();
    w.add::<DrawingState>();
    w.add::<Answer>();
    w.add::<ModelInfo>();
    w.add::<ModelCard>();
    w.add::<DataOrigin>();
    w.add::<DataPart>();
    w.add::<DataState>();
    w.add::<Wanted>();
    w.add::<Verdict>();
    w.add::<Value>();
    w.add::<Judged>();
    w.add::<Measured>();
    w.add::<Reproduction>();
    w.add::<Results>();
    let missing: Vec<_> = w.wanted.difference(&w.names).collect();
    assert!(missing.is_empty(), "used but not declared: {missing:?}");
    // Comments of one line on one line, no blanks at line ends.
    let lines: Vec<&str> = w.text.lines().map(str::trim_end).collect();
    let (mut out, mut rest) = (String::new(), lines.as_slice());
    loop {
        rest = match rest {
            [] => return out,
            ["/**", doc, " */", rest @ ..] => {
                out += &format!("/** {} */\n", doc.trim_start_matches(" * "));
                rest
            }
            [line, rest @ ..] => {
                out += &format!("{line}\n");
                rest
            }
        };
    }
}

#[test]
fn the_committed_wire_types_are_the_rust_types() {
    let generated = generated();
    if bless() {
        std::fs::write(root().join(FILE), &generated).expect("wire.ts is written");
    }
    let committed = text(FILE);
    for (number, (ours, theirs)) in generated.lines().zip(committed.lines()).enumerate() {
        assert_eq!(
            ours,
            theirs,
            "{FILE}, line {}: generate it again with FIRESIDE_BLESS=1",
            number + 1
        );
    }
    assert_eq!(
        generated.lines().count(),
        committed.lines().count(),
        "{FILE}"
    );
}

/// No number of the wire may become a bigint, which JSON and structured pages do not have.
#[test]
fn every_number_is_a_number() {
    let generated = generated();
    assert!(!generated.contains("bigint"), "{generated}");
    assert!(generated.contains("export type RunEvent ="), "{generated}");
    assert!(generated.contains("export type Checked ="), "{generated}");
}

/// What serde writes is what the types say: tags and names of the union that the page switches on.
#[test]
fn events_are_written_as_their_types_say() {
    let score = Score {
        loss: 0.5,
        accuracy: 0.75,
        rows: 4,
    };
    let events = [
        Event::Epoch(EpochScores {
            epoch: 1,
            train: score,
            validation: None,
            test: score,
            figures: Vec::new(),
        }),
        Event::Diverged {
            epoch: 1,
            step: 2,
            reason: Divergence::LossNan,
        },
        Event::Finished {
            epochs: 1,
            test: score,
        },
    ];
    let written: Vec<serde_json::Value> = events
        .iter()
        .map(|event| serde_json::to_value(event).expect("JSON"))
        .collect();
    assert_eq!(written[0]["type"], "epoch");
    assert_eq!(written[0]["epoch"], 1);
    assert_eq!(written[0]["validation"], serde_json::Value::Null);
    assert_eq!(written[1]["type"], "diverged");
    assert_eq!(written[1]["reason"], "loss_nan");
    assert_eq!(written[2]["test"]["rows"], 4);
    let back: Vec<Event> = written
        .into_iter()
        .map(|value| serde_json::from_value(value).expect("an event"))
        .collect();
    assert_eq!(back, events);
}

/// Reviews that the page opens itself (`web/src/lib/engine/texts.ts`), as they are handed over, in hexadecimal.
const PARCEL: &str = "web/src/lib/engine/imdb-parcel.hex";

#[test]
fn the_reviews_that_the_page_opens_are_packed_as_ever() {
    let reader = fireside_datasets::catalog::reader("imdb").expect("imdb");
    let parcel = (reader.sample)(3, 4, 2).to_parcel();
    let lines: String = parcel
        .chunks(56)
        .map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect())
        .map(|line: String| line + "\n")
        .collect();
    if bless() {
        std::fs::write(root().join(PARCEL), &lines).expect("the parcel can be written");
    }
    assert!(
        text(PARCEL) == lines,
        "{PARCEL} is not what is packed: FIRESIDE_BLESS=1, and mend texts.ts"
    );
}
