//! Writing packs.

use crate::catalog::{self, WordPair};
use crate::checksum::sha256_hex;
use crate::dataset::{Dataset, Part};
use crate::gz::gzip;
use crate::pack::manifest::{FORMAT, MANIFEST, Manifest, PartManifest, Shard, Words};
use crate::pictures::Pictures;

/// Rows of the first training shard: small, so that there is something to look at while the rest comes.
const FIRST_ROWS: usize = 600;
/// What the other shards are to weigh, compressed, in bytes.
const TARGET_BYTES: usize = 1_250_000;

/// The files of a pack, the manifest first. Equal data sets make equal packs, byte by byte.
///
/// Titles, class names, licence and source come from the catalog; a data set that is not in it is called
/// by its plain name. `None` for data that are not pictures: packs hold nothing else so far.
pub fn write_pack(dataset: &Dataset) -> Option<Vec<(String, Vec<u8>)>> {
    let train = dataset.train.pictures()?;
    let test = dataset.test.pictures()?;
    let entry = catalog::find(&dataset.name);
    let words = |pair: WordPair| Words {
        en: pair.en.to_owned(),
        zh: pair.zh.to_owned(),
    };
    let plain = |text: String| Words {
        en: text.clone(),
        zh: text,
    };
    let classes = train.classes();
    let class_names = match entry {
        Some(entry) if entry.classes.len() == classes => {
            entry.classes.iter().copied().map(words).collect()
        }
        _ => (0..classes).map(|class| plain(class.to_string())).collect(),
    };
    let shape = train.shape();
    let mut files = vec![(MANIFEST.to_owned(), Vec::new())];
    let manifest = Manifest {
        format: FORMAT,
        name: dataset.name.clone(),
        title: entry.map_or_else(|| plain(dataset.name.clone()), |entry| words(entry.title)),
        licence: entry.map_or("", |entry| entry.licence).to_owned(),
        source: entry.map_or("", |entry| entry.credit).to_owned(),
        origin: dataset.origin,
        classes: class_names,
        channels: shape.channels as u32,
        height: shape.height as u32,
        width: shape.width as u32,
        train: write_part(Part::Train, train, &mut files),
        test: write_part(Part::Test, test, &mut files),
        checksum: dataset.checksum().to_owned(),
    };
    files[0].1 = manifest.to_json();
    Some(files)
}

fn write_part(part: Part, pictures: &Pictures, files: &mut Vec<(String, Vec<u8>)>) -> PartManifest {
    let mut add = |what: &str, rows: usize, raw: &[u8]| {
        let packed = gzip(raw);
        let sha256 = sha256_hex(&packed);
        let shard = Shard {
            file: format!("{}-{what}.{}.gz", part.name(), &sha256[..8]),
            rows: rows as u32,
            bytes: packed.len() as u32,
            raw_bytes: raw.len() as u32,
            sha256,
        };
        files.push((shard.file.clone(), packed));
        shard
    };
    let rows = pictures.rows();
    let picture = pictures.shape().bytes();
    let labels = add("labels", rows, pictures.labels());
    let groups = pictures.groups().map(|groups| {
        let bytes = groups.iter().flat_map(|group| group.to_le_bytes());
        add("groups", rows, &bytes.collect::<Vec<u8>>())
    });

    let first = rows.min(FIRST_ROWS);
    let mut shards = Vec::new();
    if first > 0 {
        shards.push(add("000", first, &pictures.pixels()[..first * picture]));
    }
    // The first shard tells how well these pictures compress.
    let first_bytes = shards.first().map_or(0, |shard| shard.bytes as usize);
    let weight = first_bytes.div_ceil(first.max(1)).max(1);
    let rest = rows - first;
    let count = (rest * weight).div_ceil(TARGET_BYTES).max(1);
    let each = rest.div_ceil(count).max(1);
    let pixels = &pictures.pixels()[first * picture..];
    for (index, raw) in pixels.chunks(each * picture).enumerate() {
        shards.push(add(&format!("{:03}", index + 1), raw.len() / picture, raw));
    }
    PartManifest {
        rows: rows as u32,
        labels,
        groups,
        shards,
    }
}
