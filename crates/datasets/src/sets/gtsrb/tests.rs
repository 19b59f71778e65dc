use super::*;
use crate::dataset::Origin;
use crate::zip::testing::archive;

/// A picture of one grey.
fn grey(width: usize, height: usize, value: u8) -> Vec<u8> {
    let head = format!("P6\n{width} {height}\n255\n");
    [head.into_bytes(), vec![value; 3 * width * height]].concat()
}

fn list(class: usize, names: &[&str]) -> Vec<u8> {
    let mut text = String::from("Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\r\n");
    for name in names {
        text += &format!("{name};29;30;5;6;24;25;{class}\r\n");
    }
    text.into_bytes()
}

fn read_one(members: &[(&str, &[u8])]) -> Result<Raw, DataError> {
    let bytes = archive(members, true);
    read(&[NamedFile {
        name: "f",
        bytes: &bytes,
    }])
}

fn code(members: &[(&str, &[u8])]) -> &'static str {
    read_one(members).map(|_| ()).unwrap_err().code()
}

const FOLDER: &str = "GTSRB/Final_Training/Images";

#[test]
fn pictures_come_by_class_track_and_frame() {
    let names = [
        "00042/00000_00001.ppm",
        "00002/00001_00000.ppm",
        "00042/00000_00000.ppm",
        "00002/00000_00007.ppm",
    ];
    let pictures = [
        grey(15, 40, 255),
        grey(33, 32, 0),
        grey(90, 80, 119),
        grey(32, 32, 255),
    ];
    let paths = names.map(|name| format!("{FOLDER}/{name}"));
    let first = list(2, &["00000_00007.ppm", "00001_00000.ppm"]);
    let last = list(42, &["00000_00000.ppm", "00000_00001.ppm"]);
    let lists = [2, 42].map(|class| format!("{FOLDER}/{class:05}/GT-{class:05}.csv"));
    let mut members: Vec<(&str, &[u8])> = vec![
        ("GTSRB/Readme-Images.txt", b"read me"),
        (&lists[0], &first),
        (&lists[1], &last),
    ];
    members.extend(
        paths
            .iter()
            .zip(&pictures)
            .map(|(path, bytes)| (&path[..], &bytes[..])),
    );
    let raw = read_one(&members).unwrap();
    assert_eq!((raw.origin, raw.rows()), (Origin::Unverified, [4, 0]));
    let Content::Pictures { train, .. } = &raw.content else {
        panic!("no pictures");
    };
    assert_eq!(train.labels(), [2, 2, 42, 42]);
    assert_eq!(train.groups(), Some(&[0, 1, 2, 2][..]));
    let first: Vec<u8> = (0..4).map(|row| train.row(row)[500]).collect();
    // 2.55 L of white, black, grey 119 (L = 50.03), white; of the list's pictures the sizes don't matter.
    assert_eq!(first, [255, 0, 128, 255]);
    // The lists may be missing; one that names more or fewer pictures is a copy that lacks some.
    assert!(read_one(&members[3..]).is_ok());
    assert_eq!(code(&members[..6]), "unknown_category");
    let mut few = members.clone();
    few.remove(2);
    assert_eq!(code(&few), "length_mismatch");
}

#[test]
fn what_is_wrong_with_an_archive_is_told() {
    let bytes = |bytes: &[u8]| read(&[NamedFile { name: "f", bytes }]).unwrap_err().code();
    assert_eq!(bytes(b""), "empty_file");
    assert_eq!(bytes(b"\x1f\x8b gz"), "foreign_file");
    assert_eq!(bytes(&[9, 9, 9]), "wrong_form");
    assert_eq!(bytes(b"PK\x03\x04 and nothing more"), "wrong_form");
    assert_eq!(read(&[]).unwrap_err().code(), "missing_parts");
    let path = |name: &str| format!("{FOLDER}/{name}");
    let good = grey(30, 30, 9);
    assert_eq!(code(&[("a.txt", b"x")]), "missing_parts");
    assert_eq!(
        code(&[("Final_Test/Images/00000.ppm", &good)]),
        "wrong_form"
    );
    assert_eq!(
        code(&[(&path("00043/00000_00000.ppm"), &good)]),
        "label_out_of_range"
    );
    assert_eq!(
        code(&[(&path("99999/00000_00000.ppm"), &good)]),
        "label_out_of_range"
    );
    let one = path("00001/00000_00000.ppm");
    assert_eq!(code(&[(&one, &good), (&one, &good)]), "duplicate_part");
    assert_eq!(code(&[(&one, &good[..99])]), "wrong_form");
    assert_eq!(code(&[(&one, b"\x89PNG")]), "wrong_form");
    let csv = path("00001/GT-00001.csv");
    let of_another = list(2, &["00000_00000.ppm"]);
    assert_eq!(
        code(&[(&csv, &of_another), (&one, &good)]),
        "unknown_category"
    );
    let other = b"a;b\n1;2\n";
    assert_eq!(code(&[(&csv, other), (&one, &good)]), "column_count");
    // 300 members of 4 MB each.
    let names: Vec<String> = (0..300)
        .map(|frame| path(&format!("00001/00000_{frame:05}.ppm")))
        .collect();
    let zeros = vec![0; 4 << 20];
    let bomb: Vec<(&str, &[u8])> = names.iter().map(|name| (&name[..], &zeros[..])).collect();
    assert_eq!(code(&bomb), "gz_bomb");
}
