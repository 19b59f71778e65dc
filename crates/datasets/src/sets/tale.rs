//! The tale: a short story of our own, for networks that learn to go on writing.

use crate::catalog::{Entry, Kind, Official, Reader, Source, WordPair};
use crate::raw::Raw;
use crate::text::Text;

/// [`Raw::checksum`] of the text.
pub const CHECKSUM: &str = "93823d6637deb11b369a1155a7d2e44e45a3dd9f41371c0be8c43b13c2fdf659";

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "tale",
    kind: Kind::Text {
        words: (428, 124),
        chars: (1_758, 28),
    },
    title: WordPair {
        en: "A short tale",
        zh: "一则短故事",
    },
    classes: &[],
    train_rows: TALE.len(),
    test_rows: 0,
    licence: "MIT OR Apache-2.0",
    credit: "written for this project",
    official: Official {
        folder: "text",
        files: &[],
        others: &[],
        source: Source::BuiltIn,
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: |_| Ok(tale()),
    sample: |_, _, _| tale(),
};

/// The tale as a text, for whoever needs one.
pub(crate) fn text() -> Text {
    Text {
        text: TALE.to_owned(),
        heading: "".into(),
    }
}

fn tale() -> Raw {
    Raw::read(&ENTRY, text())
}

/// About 2,000 characters: a network of a few thousand weights can learn them by heart.
const TALE: &str = "\
On the last hill before the sea there stood a small house, and in the house there lived an old woman who kept a fire. \
Every evening, when the light went out of the sky, she put one more log on the fire and set a lamp in the window. \
The men in the boats saw the lamp, and they knew where the land was, and they came home.

One winter the snow fell for seven days and seven nights. The path to the wood was gone, and the old woman had only \
three logs left. On the first evening she put one log on the fire and set the lamp in the window, and the men came home. \
On the second evening she put one log on the fire and set the lamp in the window, and the men came home. On the third \
evening she took the last log in her hand and thought: if I burn it now, there will be no fire tomorrow. But the light \
went out of the sky, and the wind came in from the sea, and she put the last log on the fire and set the lamp in the window.

In the morning the fire was cold. The old woman sat by the window and looked at the snow, and the snow looked back at her. \
Then she heard steps. One man came up the hill with a log on his back, and behind him came another man with a log on his \
back, and behind him came a child with a stick in her hand. They were the men from the boats, and the child was the child \
of one of them.

\"We saw the lamp,\" said the first man.

\"We saw the lamp,\" said the second man.

\"I saw it first,\" said the child, and she put her stick on the cold stones.

So they made a fire, and it was a good fire, and they all sat by it until the snow stopped. From that day on, whoever \
came home from the sea carried one log up the hill. And every evening, when the light goes out of the sky, somebody puts \
one more log on the fire and sets a lamp in the window.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Origin;
    use fireside_spec::Preparation;
    use fireside_spec::preparation::Level;

    #[test]
    fn the_tale_is_what_the_catalog_says() {
        let raw = tale();
        assert_eq!(raw.origin, Origin::Official, "{}", raw.checksum);
        assert!(
            TALE.is_ascii() && (1_700..2_300).contains(&TALE.len()),
            "{}",
            TALE.len()
        );
        let Kind::Text { words, chars } = ENTRY.kind else {
            panic!("no text");
        };
        let counts = |level| {
            let options = Preparation {
                level,
                ..Preparation::default()
            };
            let mut tokens = text().tokens(&options);
            let all = tokens.len();
            tokens.sort_unstable();
            tokens.dedup();
            (all, tokens.len())
        };
        assert_eq!((counts(Level::Word), counts(Level::Char)), (words, chars));
    }
}
