//! Damaged archives and pictures by the thousand, for tests only: always an error or consistent data, never a panic.
//! `FIRESIDE_DAMAGE` says how many of each (2,000 unless it is set).

use fireside_spec::random::{Purpose, Stream};

use crate::catalog::{Entry, reader};
use crate::dataset::NamedFile;
use crate::sets::{airline, boston, cifar10, gtsrb, imdb, iris, pima};
use crate::{gz, npy, pickle, ppm, tar, zip};

fn rounds() -> usize {
    let wanted = std::env::var("FIRESIDE_DAMAGE").ok();
    wanted.and_then(|count| count.parse().ok()).unwrap_or(2_000)
}

/// Shows `judge` as many damaged copies of each of `seeds`; how many it refused.
fn damaged(seeds: &[Vec<u8>], alphabet: &[u8], mut judge: impl FnMut(&[u8]) -> bool) -> usize {
    let mut refused = 0;
    for round in 0..rounds() {
        let stream = Stream::new(20_27, Purpose::Sample, 99, round as u32);
        let mut element = 0;
        let mut dice = |below: usize| {
            element += 1;
            ((u64::from(stream.word(element)) * below.max(1) as u64) >> 32) as usize
        };
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..1 + dice(4) {
            let at = dice(bytes.len());
            match dice(7) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..(at + dice(60)).min(bytes.len()))),
                2 => bytes.insert(at, alphabet[dice(alphabet.len())]),
                3 => {
                    let end = (at + dice(40)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    let to = dice(bytes.len());
                    bytes.splice(to..to, copy);
                }
                4 if at < bytes.len() => bytes[at] = alphabet[dice(alphabet.len())],
                _ if at < bytes.len() => bytes[at] ^= 1 << dice(8),
                _ => {}
            }
        }
        refused += usize::from(judge(&bytes));
    }
    refused
}

fn read(entry: &'static Entry, bytes: &[u8]) -> bool {
    match (reader(entry.name).expect("a reader").read)(&[NamedFile { name: "f", bytes }]) {
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.args().is_empty());
            true
        }
        Ok(raw) => {
            let rows = raw.rows();
            assert!(rows[0] > 0 && rows[0] <= 50_000, "{rows:?}");
            false
        }
    }
}

/// Whether damage was done at all, and found.
fn some_but_not_all(refused: usize, least: usize) {
    assert!(
        refused * 100 >= rounds() * least,
        "{refused} of {}",
        rounds()
    );
}

#[test]
fn damaged_tar_archives_do_no_harm() {
    let content: Vec<u8> = (0..700_u32).map(|i| (i * i) as u8).collect();
    let plain = tar::testing::archive(&[("a/", b""), ("a/b", &content), ("c", b"three")]);
    let seeds = [plain.clone(), gz::gzip(&plain)];
    let refused = damaged(&seeds, b"\0\x01 07x/\xff\x1f\x8b", |bytes| {
        let mut seen = 0;
        let read = tar::each("t", bytes, |_, body| {
            seen += body.left();
            body.take(&mut vec![0; body.left().min(1000)])
        });
        read.is_err()
    });
    some_but_not_all(refused, 40);
}

#[test]
fn damaged_batches_do_no_harm() {
    let labels = [6, 9, 9, 4];
    let pixels: Vec<u8> = (0..1200_u32).map(|i| i as u8).collect();
    let made = pickle::testing::batch(&labels, &pixels);
    let refused = damaged(
        &[made],
        b"(]}.euqrabtRUTKMJNcsh\x85\x86\x87\x80\x89\0\xff",
        |bytes| match pickle::batch("p", bytes, 300) {
            Ok((labels, pixels)) => {
                assert_eq!(labels.len() * 300, pixels.len());
                false
            }
            Err(error) => !error.args().is_empty(),
        },
    );
    some_but_not_all(refused, 40);
}

#[test]
fn damaged_cifar_archives_do_no_harm() {
    let batch = |index: u8| [&[index % 10][..], &vec![index; 3072]].concat();
    let names: Vec<String> = (1..=5).map(|i| format!("d/data_batch_{i}.bin")).collect();
    let contents: Vec<Vec<u8>> = (0..6).map(batch).collect();
    let mut members: Vec<(&str, &[u8])> = Vec::new();
    members.extend(
        names
            .iter()
            .zip(&contents)
            .map(|(name, bytes)| (&name[..], &bytes[..])),
    );
    members.push(("d/test_batch.bin", &contents[5]));
    let plain = tar::testing::archive(&members);
    let seeds = [plain.clone(), gz::gzip(&plain)];
    let refused = damaged(&seeds, b"\0\x01 07x/\xff", |bytes| {
        read(&cifar10::ENTRY, bytes)
    });
    some_but_not_all(refused, 20);
}

#[test]
fn damaged_pictures_do_no_harm() {
    let picture = [b"P6\n# c\n5 4\n255\n".to_vec(), vec![7; 60]].concat();
    let refused = damaged(&[picture], b"P6 \n#0123459\xff", |bytes| {
        match ppm::read("p", bytes) {
            Ok(ppm) => {
                assert_eq!(ppm.pixels.len(), 3 * ppm.width * ppm.height);
                false
            }
            Err(_) => true,
        }
    });
    some_but_not_all(refused, 40);
}

#[test]
fn damaged_archives_of_signs_do_no_harm() {
    let picture = |value: u8| [b"P6\n5 4\n255\n".to_vec(), vec![value; 60]].concat();
    let list = b"Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\r\n\
        00000_00000.ppm;5;4;1;1;3;3;7\r\n00001_00000.ppm;5;4;1;1;3;3;7\r\n";
    let (one, two) = (picture(9), picture(200));
    let members: [(&str, &[u8]); 3] = [
        ("I/00007/GT-00007.csv", list),
        ("I/00007/00000_00000.ppm", &one),
        ("I/00007/00001_00000.ppm", &two),
    ];
    let seeds = [true, false].map(|deflate| zip::testing::archive(&members, deflate));
    let refused = damaged(&seeds, b"PK\x01\x02\x03\x04\x05\x06\0\xff;0_", |bytes| {
        read(&gtsrb::ENTRY, bytes)
    });
    some_but_not_all(refused, 40);
}

#[test]
fn damaged_archives_of_reviews_do_no_harm() {
    let texts = npy::testing::lists(&[vec![1, 2, 300], vec![3], vec![]]);
    let labels = npy::testing::integers(&[1, 0, 1]);
    let members: [(&str, &[u8]); 4] = [
        ("x_test.npy", &texts),
        ("x_train.npy", &texts),
        ("y_train.npy", &labels),
        ("y_test.npy", &labels),
    ];
    let seeds = [true, false].map(|deflate| zip::testing::archive(&members, deflate));
    let alphabet = b"PK\x01\x02\x80\x02]q\0(K\x01.\x93\xff{O<i8";
    let refused = damaged(&seeds, alphabet, |bytes| read(&imdb::ENTRY, bytes));
    some_but_not_all(refused, 40);
}

#[test]
fn damaged_gzip_files_do_no_harm() {
    let content: Vec<u8> = (0..3_000_u32).map(|i| (i / 7 * i) as u8).collect();
    let two = [gz::gzip(&content), gz::gzip(b"and a second member")].concat();
    let refused = damaged(
        &[gz::gzip(&content), two],
        b"\0\x01\x1f\x8b\x08\xff",
        |bytes| {
            let head = gz::gunzip_head("g", bytes, 100);
            assert!(
                head.is_ok_and(|head| head.len() <= 100) || gz::gunzip("g", bytes, 4_096).is_err()
            );
            match gz::unpack("g", bytes, 4_096) {
                Ok(out) => {
                    // Plain bytes are passed on.
                    assert!(out.len() <= 4_096 || !gz::is_gzip(bytes));
                    false
                }
                Err(error) => !error.args().is_empty(),
            }
        },
    );
    some_but_not_all(refused, 40);
}

#[test]
fn damaged_tables_do_no_harm() {
    let lines = |line: &str| line.repeat(30).into_bytes();
    let sets = [
        (&pima::ENTRY, lines("6,148,72,35,0,33.6,0.627,50,1\n")),
        (&iris::ENTRY, lines("5.1,3.5,1.4,0.2,Iris-setosa\n")),
        (
            &boston::ENTRY,
            lines(
                " 0.00632  18.00   2.310  0  0.5380  6.5750  65.20  4.0900   1  296.0  15.30 396.90   4.98  24.00\n",
            ),
        ),
        (
            &airline::ENTRY,
            [
                b"\"Month\",\"Passengers\"\n".to_vec(),
                lines("\"1949-01\",112\n"),
            ]
            .concat(),
        ),
    ];
    for (entry, made) in sets {
        assert!(!read(entry, &made), "{}", entry.name);
        let seeds = [gz::gzip(&made), made.clone(), made];
        let refused = damaged(&seeds, b",;\"\n\r 0.-eNa\0\xff\xef", |bytes| {
            read(entry, bytes)
        });
        some_but_not_all(refused, 20);
    }
}
