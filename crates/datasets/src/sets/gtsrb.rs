//! The German Traffic Sign Recognition Benchmark: photographs of 43 kinds of signs, in tracks of some thirty frames of one
//! sign that comes nearer (Stallkamp, Schlipsing, Salmen, Igel 2011).
//!
//! Read is the training archive, whole or a part of it: a zip of ppm pictures in folders by class, with a list of each.
//! As the source does, the whole picture counts (not only the sign's box, which the lists tell): its lightness at 32 x 32,
//! kept in bytes (see [`crate::lightness`]). Rows are by class, track and frame; groups are the tracks.

use crate::catalog::{Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::dataset::NamedFile;
use crate::delimited::{Separator, records};
use crate::error::{DataError, LineCode, clip};
use crate::kind::{FileKind, HEAD_BYTES};
use crate::lightness::Resizer;
use crate::pictures::{Pictures, Shape};
use crate::raw::{Content, Raw};
use crate::{ppm, signs, zip};
use fireside_spec::order::sorted;

/// Shape of a picture as it is learned from.
pub const SHAPE: Shape = Shape {
    channels: 1,
    height: 32,
    width: 32,
};

/// Number of classes.
pub const CLASSES: usize = 43;

/// [`Raw::checksum`] of the part of the official data that is at hand.
pub const CHECKSUM: &str = "d7c0dabf7eb6128db50242b53e4c50e77b31c331441f7a1734284f44b42a5b69";

/// The most members of an archive; the official one has 39,300 or so.
const MAX_MEMBERS: usize = 60_000;
/// The largest picture or list, unpacked. The largest official picture has 200 kB.
const MAX_MEMBER: usize = 4 << 20;
/// What all members together may unpack to. The official ones have 320 MB.
const MAX_ALL: usize = 1 << 30;

static NAMES: [WordPair; CLASSES] = [
    word("speed limit 20", "限速 20"),
    word("speed limit 30", "限速 30"),
    word("speed limit 50", "限速 50"),
    word("speed limit 60", "限速 60"),
    word("speed limit 70", "限速 70"),
    word("speed limit 80", "限速 80"),
    word("end of limit 80", "解除限速 80"),
    word("speed limit 100", "限速 100"),
    word("speed limit 120", "限速 120"),
    word("no passing", "禁止超车"),
    word("no passing for lorries", "货车禁止超车"),
    word("right of way", "路口优先"),
    word("priority road", "优先道路"),
    word("give way", "让行"),
    word("stop", "停车让行"),
    word("no vehicles", "禁止车辆通行"),
    word("no lorries", "禁止货车通行"),
    word("no entry", "禁止驶入"),
    word("danger", "注意危险"),
    word("bend to the left", "向左急弯"),
    word("bend to the right", "向右急弯"),
    word("double bend", "连续弯路"),
    word("bumpy road", "路面不平"),
    word("slippery road", "路滑"),
    word("road narrows", "右侧变窄"),
    word("road works", "施工"),
    word("traffic lights", "注意信号灯"),
    word("pedestrians", "注意行人"),
    word("children", "注意儿童"),
    word("bicycles", "注意自行车"),
    word("ice or snow", "注意冰雪"),
    word("wild animals", "注意野生动物"),
    word("end of all limits", "解除限制"),
    word("turn right", "右转"),
    word("turn left", "左转"),
    word("straight on", "直行"),
    word("straight on or right", "直行或右转"),
    word("straight on or left", "直行或左转"),
    word("keep right", "靠右行驶"),
    word("keep left", "靠左行驶"),
    word("roundabout", "环岛"),
    word("end of no passing", "解除禁止超车"),
    word("end of no passing for lorries", "解除货车禁止超车"),
];

const fn word(en: &'static str, zh: &'static str) -> WordPair {
    WordPair { en, zh }
}

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "gtsrb",
    kind: Kind::Pictures {
        shape: SHAPE,
        groups: &["track"],
    },
    title: word("German traffic signs", "德国交通标志"),
    classes: &NAMES,
    train_rows: 39_209,
    test_rows: 0,
    licence: "free to use for research with citation; no formal licence text known",
    credit: "J. Stallkamp, M. Schlipsing, J. Salmen, C. Igel, https://benchmark.ini.rub.de/",
    official: Official {
        folder: "gtsrb",
        files: &[OfficialFile::plain(
            "GTSRB_Final_Training_Images_subset.zip",
            14_064_187,
            "9c93767f34f3792ed2ec9ce22f186103bdf3072ea8a9d6dfd9d984089b4a5754",
        )],
        others: &["GTSRB_Final_Training_Images.zip"],
        source: Source::Gone(word(
            "GTSRB_Final_Training_Images.zip has 263 MB and no published checksum: get it from \
             https://benchmark.ini.rub.de/gtsrb_dataset.html and put it there as it is",
            "GTSRB_Final_Training_Images.zip 有 263 MB，没有公布校验和：请从 \
             https://benchmark.ini.rub.de/gtsrb_dataset.html 下载，原样放进去",
        )),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read,
    sample: |seed, train, test| {
        let train = signs::pictures(seed, (train + test).min(ENTRY.train_rows));
        let test = train.empty();
        Raw::sample(&ENTRY, Content::Pictures { train, test })
    },
};

/// Where a picture belongs: class, track, frame.
type Key = [u32; 3];

/// The number that a part of a name is: `count` digits.
fn number(part: &[u8], count: usize) -> Option<u32> {
    let digits = part.len() == count && part.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(part)
        .ok()
        .filter(|_| digits)?
        .parse()
        .ok()
}

/// Track and frame of `00012_00003.ppm`.
fn frame(name: &[u8]) -> Option<[u32; 2]> {
    let name = name.strip_suffix(b".ppm").filter(|name| name.len() == 11)?;
    let [track, frame] = [number(&name[..5], 5)?, number(&name[6..], 5)?];
    (name[5] == b'_').then_some([track, frame])
}

/// Reads the archive of pictures.
fn read(files: &[NamedFile<'_>]) -> Result<Raw, DataError> {
    let archive = match files {
        [archive] => archive,
        [] => {
            return Err(DataError::MissingParts {
                missing: vec![ENTRY.official.others[0]],
            });
        }
        [first, second, ..] => {
            return Err(DataError::DuplicatePart {
                file: clip(second.name),
                other: clip(first.name),
            });
        }
    };
    let (file, bytes) = (clip(archive.name), archive.bytes);
    if !zip::is_zip(bytes) {
        return Err(
            match FileKind::guess(&bytes[..bytes.len().min(HEAD_BYTES)]) {
                _ if bytes.is_empty() => DataError::EmptyFile { file },
                Some(kind) => DataError::ForeignFile {
                    file,
                    kind,
                    expected: "zip",
                },
                None => wrong(&file, 0, "a zip archive"),
            },
        );
    }
    let members = zip::members(&file, bytes, MAX_MEMBERS)?;
    let all = members
        .iter()
        .fold(0_usize, |sum, member| sum.saturating_add(member.unpacked));
    if all > MAX_ALL {
        return Err(DataError::GzBomb {
            file,
            limit: MAX_ALL,
        });
    }
    // Pictures in order; lists with their class.
    let (mut pictures, mut lists): (Vec<(Key, &zip::Member)>, Vec<_>) = Default::default();
    for member in &members {
        let mut path = member.name.rsplit(|byte| *byte == b'/');
        let (name, folder) = (path.next().unwrap_or_default(), path.next());
        let class = folder.and_then(|folder| number(folder, 5));
        match (class, frame(name)) {
            (Some(class), Some([track, frame])) => pictures.push(([class, track, frame], member)),
            (Some(class), None) if name.ends_with(b".csv") => lists.push((class, member)),
            (None, _) if name.ends_with(b".ppm") => {
                return Err(wrong(
                    &file,
                    0,
                    "ppm pictures in folders by class, 00000 to 00042",
                ));
            }
            _ => {}
        }
    }
    let pictures = sorted(pictures, |a, b| a.0.cmp(&b.0));
    if pictures.is_empty() {
        return Err(DataError::MissingParts {
            missing: vec!["00000/00000_00000.ppm"],
        });
    }
    if let Some(pair) = pictures.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let [file, other] = [&pair[1], &pair[0]].map(|(_, member)| named(&file, member));
        return Err(DataError::DuplicatePart { file, other });
    }
    let mut listed = 0;
    for (class, member) in &lists {
        listed += check_list(
            &named(&file, member),
            &zip::unpack(&file, bytes, member, MAX_MEMBER)?,
            *class,
            &pictures,
        )?;
    }
    if !lists.is_empty() && listed != pictures.len() {
        return Err(DataError::LengthMismatch {
            what: "pictures",
            expected: listed as u64,
            found: pictures.len() as u64,
        });
    }
    let resizer = Resizer::new(SHAPE.width);
    let mut pixels = Vec::with_capacity(pictures.len() * SHAPE.bytes());
    let (mut labels, mut tracks) = (Vec::new(), Vec::<u32>::new());
    let mut last = None;
    for ([class, track, _], member) in &pictures {
        let unpacked = zip::unpack(&file, bytes, member, MAX_MEMBER)?;
        let picture = ppm::read(&named(&file, member), &unpacked)?;
        pixels.extend(resizer.resize(&picture));
        // What is no class at all is out of range, too.
        labels.push(u8::try_from(*class).unwrap_or(u8::MAX));
        // Tracks are numbered through: each class has a track 0 of its own.
        let before = tracks.last().copied().unwrap_or_default();
        tracks.push(before + u32::from(last.is_some_and(|last| last != [class, track])));
        last = Some([class, track]);
    }
    let train = Pictures::new(&file, SHAPE, CLASSES, pixels, labels)?.grouped(tracks);
    let test = train.empty();
    Ok(Raw::read(&ENTRY, Content::Pictures { train, test }))
}

fn wrong(file: &str, offset: usize, expected: &'static str) -> DataError {
    DataError::WrongForm {
        file: file.to_owned(),
        offset,
        expected,
    }
}

/// A member's name for messages.
fn named(file: &str, member: &zip::Member) -> String {
    format!("{file}/{}", clip(&String::from_utf8_lossy(member.name)))
}

/// Whether all pictures of a class's list are there; how many it names.
fn check_list(
    file: &str,
    bytes: &[u8],
    class: u32,
    pictures: &[(Key, &zip::Member)],
) -> Result<usize, DataError> {
    const COLUMNS: [&str; 8] = [
        "Filename", "Width", "Height", "Roi.X1", "Roi.Y1", "Roi.X2", "Roi.Y2", "ClassId",
    ];
    let mut rows = 0;
    for record in records(file, bytes, Separator::Byte(b';')) {
        let record = record?;
        if record.fields.is_empty() {
            continue;
        }
        if record.line == 1 {
            record.names(&COLUMNS)?;
            continue;
        }
        record.count(COLUMNS.len())?;
        let known = frame(record.fields[0].as_bytes()).is_some_and(|[track, frame]| {
            let key = [class, track, frame];
            pictures.binary_search_by_key(&key, |(key, _)| *key).is_ok()
        });
        let own = class.to_string();
        for (at, fits, expected) in [
            (0, known, "a picture of this folder"),
            (7, record.fields[7] == own, &own),
        ] {
            if !fits {
                let (code, found) = (LineCode::UnknownCategory, &record.fields[at]);
                return Err(record.wrong(code, COLUMNS[at], expected, found));
            }
        }
        rows += 1;
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
