//! What the chapters explain: every term of the sources has an id and a place on a page.

use crate::BookError;
use fireside_spec::Words;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// In the order of the shelf.
const FILES: [&str; 3] = [
    include_str!("../concepts/pictures.toml"),
    include_str!("../concepts/words.toml"),
    include_str!("../concepts/writing.toml"),
];

/// A term, and where a chapter explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    pub id: String,
    /// The chapter whose page explains it.
    pub chapter: String,
    /// The place on that page: `{#anchor}` in its text, or `figure-NAME`.
    pub anchor: String,
    pub title: Words,
    /// Where the sources speak of it: sections of the book, or numbers of the single chapters.
    pub sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptFile {
    concepts: Vec<Concept>,
}

/// The terms in the order of the files.
///
/// # Errors
/// When a file of `concepts` is not what it should be.
pub fn concepts() -> Result<Vec<Concept>, BookError> {
    let mut all = Vec::new();
    for file in FILES {
        let read = toml::from_str::<ConceptFile>(file);
        let read = read.map_err(|error| BookError::Concepts {
            message: error.to_string(),
        })?;
        all.extend(read.concepts);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_an_id_of_its_own_a_chapter_and_both_names() {
        let chapters = crate::chapters().unwrap();
        let mut ids = std::collections::BTreeSet::new();
        for concept in concepts().unwrap() {
            let Concept {
                id,
                chapter,
                title,
                sources,
                ..
            } = &concept;
            assert!(ids.insert(id.clone()), "{id} stands twice");
            assert!(
                chapters.iter().any(|c| c.id == *chapter),
                "{id}: no chapter {chapter}"
            );
            assert!(!title.en.is_empty() && !title.zh.is_empty(), "{id}");
            assert!(!sources.is_empty(), "{id}: which source speaks of it?");
        }
    }
}
