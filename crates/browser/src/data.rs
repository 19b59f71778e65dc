//! The rows of one data set, from a pack, or from what `crates/reader` made of files or of the built-in generator.

use crate::failure::Failure;
use crate::wire::{DataPart, DataState, Wanted, part, to_js};
use fireside_datasets::{Dataset, PackReader, Part, Raw};
use fireside_spec::Preparation;
use js_sys::{Object, Reflect, Uint8Array};
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Pictures of one wall request.
const MAX_WALL: usize = 10_000;

enum Inner {
    Filling(Box<PackReader>),
    Ready(Arc<Dataset>),
    /// What is prepared anew for every experiment.
    Raw(Box<Raw>),
    /// Only while a pack is being closed.
    Empty,
}

/// The rows of one data set.
#[wasm_bindgen]
pub struct Data(Inner);

fn internal(reason: &str) -> Failure {
    Failure::new("internal", &[("reason", &reason)])
}

#[wasm_bindgen]
impl Data {
    /// A pack to be filled, from its manifest.
    ///
    /// # Errors
    /// `pack_manifest`.
    pub fn from_manifest(bytes: &[u8]) -> Result<Data, JsValue> {
        let reader = PackReader::new(bytes).map_err(Failure::from)?;
        Ok(Self(Inner::Filling(Box::new(reader))))
    }

    /// What the module that reads files has read: `crates/reader`.
    ///
    /// # Errors
    /// `parcel`, `length_mismatch` ... for bytes that are none.
    pub fn from_parcel(bytes: &[u8]) -> Result<Data, JsValue> {
        let raw = Raw::from_parcel(bytes).map_err(Failure::from)?;
        Ok(Self::of(raw)?)
    }

    /// The files that are still missing, in the order in which they are wanted.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn wanted(&self) -> Result<JsValue, JsValue> {
        let wanted: Vec<Wanted> = match &self.0 {
            Inner::Filling(reader) => reader
                .missing()
                .map(|file| Wanted {
                    file: file.file.clone(),
                    bytes: file.bytes as u32,
                    part: file.part.name().into(),
                })
                .collect(),
            Inner::Ready(_) | Inner::Raw(_) | Inner::Empty => Vec::new(),
        };
        Ok(to_js(&wanted)?)
    }

    /// Adds a file of the pack; its length and checksum are verified. After the last one the data is ready.
    ///
    /// # Errors
    /// `pack_checksum`, `pack_length`, `pack_unknown_file`, `gz_corrupt` ...
    pub fn add(&mut self, file: &str, bytes: &[u8]) -> Result<(), JsValue> {
        let Inner::Filling(reader) = &mut self.0 else {
            return Err(internal("no pack is being filled").into());
        };
        reader.add(file, bytes).map_err(Failure::from)?;
        if reader.next_file().is_none()
            && let Inner::Filling(reader) = std::mem::replace(&mut self.0, Inner::Empty)
        {
            let dataset = reader.finish().map_err(Failure::from)?;
            self.0 = Inner::Ready(Arc::new(dataset));
        }
        Ok(())
    }

    /// How much is there: `DataState`.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn state(&self) -> Result<JsValue, JsValue> {
        let whole = |rows: usize| DataPart {
            rows: rows as u32,
            ready: rows as u32,
        };
        let state = match &self.0 {
            Inner::Filling(reader) => {
                let manifest = reader.manifest();
                let filled = |part: Part| DataPart {
                    rows: manifest.part(part).rows,
                    ready: reader.rows_ready(part) as u32,
                };
                DataState {
                    name: manifest.name.clone(),
                    origin: fireside_datasets::Origin::Pack.into(),
                    train: filled(Part::Train),
                    test: filled(Part::Test),
                    checksum: manifest.checksum.clone(),
                }
            }
            Inner::Ready(data) => DataState {
                name: data.name.clone(),
                origin: data.origin.into(),
                train: whole(data.train.rows()),
                test: whole(data.test.rows()),
                checksum: data.checksum().to_owned(),
            },
            Inner::Raw(raw) => DataState {
                name: raw.entry.name.into(),
                origin: raw.origin.into(),
                train: whole(raw.rows()[0]),
                test: whole(raw.rows()[1]),
                checksum: raw.checksum.clone(),
            },
            Inner::Empty => return Err(internal("the pack could not be closed").into()),
        };
        Ok(to_js(&state)?)
    }

    /// Pictures `first .. first + count` (as many as are there): `Wall`, with typed arrays.
    ///
    /// # Errors
    /// When `part_name` is neither `train` nor `test`.
    pub fn wall(&self, part_name: &str, first: usize, count: usize) -> Result<JsValue, JsValue> {
        let part = part(part_name)?;
        // All channels, one after the other in each picture: how many there are is what the length tells.
        let (mut pixels, mut labels, mut size) = (Vec::new(), Vec::new(), [0, 0]);
        for row in first..first.saturating_add(count.min(MAX_WALL)) {
            let picture = match &self.0 {
                Inner::Filling(reader) => {
                    let shape = reader.manifest().shape();
                    size = [shape.height, shape.width];
                    reader.get(part, row)
                }
                Inner::Ready(data) => data.part(part).pictures().and_then(|pictures| {
                    size = [pictures.shape().height, pictures.shape().width];
                    pictures.get(row)
                }),
                Inner::Raw(_) | Inner::Empty => None,
            };
            let Some((picture, label)) = picture else {
                break;
            };
            pixels.extend_from_slice(picture);
            labels.push(label);
        }
        let wall = Object::new();
        let fields: [(&str, JsValue); 6] = [
            ("first", (first as u32).into()),
            ("count", (labels.len() as u32).into()),
            ("height", (size[0] as u32).into()),
            ("width", (size[1] as u32).into()),
            ("pixels", Uint8Array::from(pixels.as_slice()).into()),
            ("labels", Uint8Array::from(labels.as_slice()).into()),
        ];
        for (name, value) in fields {
            Reflect::set(&wall, &name.into(), &value)?;
        }
        Ok(wall.into())
    }
}

impl Data {
    /// Pictures are ready at once: nothing is prepared.
    fn of(raw: Raw) -> Result<Self, Failure> {
        Ok(Self(match raw.needs_preparation() {
            true => Inner::Raw(Box::new(raw)),
            false => Inner::Ready(Arc::new(raw.prepare(&Preparation::default())?)),
        }))
    }

    /// The data as an experiment wants them, when all of it is there.
    pub(crate) fn ready(&self, options: &Preparation) -> Result<Arc<Dataset>, Failure> {
        match &self.0 {
            Inner::Ready(data) => Ok(Arc::clone(data)),
            Inner::Raw(raw) => Ok(Arc::new(raw.prepare_again(options)?)),
            Inner::Filling(_) | Inner::Empty => Err(Failure::new("data_not_ready", &[])),
        }
    }
}
