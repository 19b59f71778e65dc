//! The reference of the language says what the language does: every name has its entry, every field of an
//! entry is read as it says, every example works, everything that is said to be refused is refused.

mod fields;
mod names;
mod subject;
mod texts;

use fireside_book::Reference;
use fireside_spec::Dialect;

pub(crate) const DIALECTS: [(&str, Dialect); 2] =
    [("keras2", Dialect::Keras2), ("keras3", Dialect::Keras3)];

pub(crate) fn reference() -> Reference {
    fireside_book::reference().unwrap_or_else(|error| panic!("{error}"))
}
