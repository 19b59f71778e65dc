//! *Alice's Adventures in Wonderland* by Lewis Carroll (1865), as Project Gutenberg has it (ebook 11).
//!
//! Only the story: what stands before `CHAPTER I.` (Gutenberg's header, the title page) and from `THE END` on
//! (Gutenberg's licence) is cut off. Words as chapter 22 takes them, without the headings, are 33,265 tokens,
//! 2,789 different ones.

use crate::catalog::{Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::dataset::NamedFile;
use crate::delimited::{lines, only_file};
use crate::error::DataError;
use crate::raw::Raw;
use crate::sets::tale;
use crate::text::Text;

/// [`Raw::checksum`] of the official data.
pub const CHECKSUM: &str = "d8af548f0f5966a2223d784d65d67fb6b6a078d8cea54c33217a22d6f61b9ed3";

/// What begins a heading.
const HEADING: &str = "CHAPTER";

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "alice",
    kind: Kind::Text {
        words: (33_265, 2_789),
        chars: (144_320, 43),
    },
    title: WordPair {
        en: "Alice's Adventures in Wonderland",
        zh: "爱丽丝梦游仙境",
    },
    classes: &[],
    train_rows: 144_320,
    test_rows: 0,
    licence: "public domain",
    credit: "Lewis Carroll 1865; Project Gutenberg, https://www.gutenberg.org/ebooks/11 (edition of 2011)",
    official: Official {
        folder: "text",
        files: &[OfficialFile::plain(
            "alice_in_wonderland_pg11.txt",
            167_546,
            "0f9ea0b148d553177962a25edd2f56d36342c22576a3253a127b4fbeffa5687d",
        )],
        others: &[],
        source: Source::Gone(WordPair {
            en: "Project Gutenberg has a newer edition of it; the one of 2011 is in old copies (11.txt)",
            zh: "古登堡计划现有较新的版本；2011 年版在旧的副本中（11.txt）",
        }),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read,
    sample: |_, _, _| Raw::sample(&ENTRY, tale::text()),
};

/// Reads Gutenberg's file. Other editions are read, too, as long as they have the three marks.
fn read(files: &[NamedFile<'_>]) -> Result<Raw, DataError> {
    let (file, bytes) = only_file(ENTRY.official.files[0].name, files)?;
    let mut text = String::with_capacity(bytes.len());
    let wrong = |expected| DataError::WrongForm {
        file: file.clone(),
        offset: 0,
        expected,
    };
    let (mut begun, mut told, mut ended) = (false, false, false);
    for line in lines(&file, &bytes) {
        let (_, line) = line?;
        begun |= line.starts_with("*** START OF");
        told |= begun && line.starts_with("CHAPTER I.");
        ended |= told && line.trim() == "THE END";
        if ended {
            break;
        }
        if told {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    if !begun {
        return Err(wrong("*** START OF THIS PROJECT GUTENBERG EBOOK"));
    }
    if !told {
        return Err(wrong("CHAPTER I."));
    }
    if !ended {
        return Err(wrong("THE END"));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    let text = Text {
        text,
        heading: HEADING.into(),
    };
    Ok(Raw::read(&ENTRY, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_story_is_kept() {
        let read_text = |text: &str| {
            let files = [NamedFile {
                name: "f",
                bytes: text.as_bytes(),
            }];
            read(&files).map_err(|error| (error.code(), error.to_string()))
        };
        let whole = "header\r\n*** START OF THIS ***\r\nTitle\r\n\r\nCHAPTER I. A\r\n\r\nText.  \r\n\r\n   THE END\r\n\r\n*** END OF THIS ***\r\nlicence\r\n";
        let crate::raw::Content::Text(text) = read_text(whole).unwrap().content else {
            panic!("no text");
        };
        assert_eq!(text.text, "CHAPTER I. A\n\nText.\n");
        for mark in ["*** START", "CHAPTER I.", "THE END"] {
            let (code, words) = read_text(&whole.replace(mark, "-")).unwrap_err();
            assert_eq!(code, "wrong_form");
            assert!(words.contains(mark), "{words}");
        }
        assert_eq!(read_text("").unwrap_err().0, "empty_file");
        assert_eq!(
            read_text("%PDF-1.4 and so on").unwrap_err().0,
            "foreign_file"
        );
    }
}
