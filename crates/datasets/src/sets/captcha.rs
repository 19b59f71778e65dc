//! Letters cut out of CAPTCHA pictures, drawn by this project (see [`crate::captcha`]): one font as the source has it, or
//! three of them with noise. The source's font is not ours to give: figures can't be compared.

use crate::captcha::letters;
use crate::catalog::{Entry, Kind, Official, Reader, Source, WordPair};
use crate::pictures::Shape;
use crate::raw::{Content, Raw};

/// Shape of a picture.
pub const SHAPE: Shape = Shape {
    channels: 1,
    height: 20,
    width: 20,
};

/// [`Raw::checksum`] of the letters in one font, and of those in several.
pub const CHECKSUMS: [&str; 2] = [
    "bacf6319666875425e56ecc82fe76c70efc81e28d4f3b6aece0d19f3fa73cdb1",
    "ae957ea15207bbf4168e149a56f681b96e210c95ed5fb63dd1b4a1932d35bbf3",
];

/// The letters.
static CLASSES: [WordPair; 26] = {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut names = [WordPair { en: "", zh: "" }; 26];
    let mut rest = ALPHABET;
    let mut at = 0;
    while at < 26 {
        let (letter, after) = rest.split_at(1);
        names[at] = WordPair {
            en: letter,
            zh: letter,
        };
        rest = after;
        at += 1;
    }
    names
};

/// One font, no noise: 1,000 letters, as many as the source has.
pub static ENTRY: Entry = Entry {
    name: "captcha",
    title: WordPair {
        en: "CAPTCHA letters",
        zh: "验证码字母",
    },
    train_rows: 1_000,
    checksum: CHECKSUMS[0],
    ..COMMON
};

/// How its letters are made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: |_| Ok(plain()),
    sample: |_, _, _| plain(),
};

/// Three fonts with noise.
pub static FONTS: Entry = Entry {
    name: "captcha-fonts",
    title: WordPair {
        en: "CAPTCHA letters in three fonts",
        zh: "三种字体的验证码字母",
    },
    train_rows: 3_000,
    checksum: CHECKSUMS[1],
    ..COMMON
};

/// How their letters are made.
pub static FONTS_READER: Reader = Reader {
    entry: &FONTS,
    read: |_| Ok(mixed()),
    sample: |_, _, _| mixed(),
};

const COMMON: Entry = Entry {
    name: "",
    kind: Kind::Pictures {
        shape: SHAPE,
        groups: &[],
    },
    title: WordPair { en: "", zh: "" },
    classes: &CLASSES,
    train_rows: 0,
    test_rows: 0,
    licence: "MIT OR Apache-2.0",
    credit: "drawn for this project",
    official: Official {
        folder: "captcha",
        files: &[],
        others: &[],
        source: Source::BuiltIn,
    },
    checksum: "",
};

fn plain() -> Raw {
    made(&ENTRY, false)
}

fn mixed() -> Raw {
    made(&FONTS, true)
}

fn made(entry: &'static Entry, mixed: bool) -> Raw {
    let train = letters(entry.train_rows, mixed);
    let test = train.empty();
    Raw::read(entry, Content::Pictures { train, test })
}
