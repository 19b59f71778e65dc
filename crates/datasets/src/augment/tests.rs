use super::*;
use crate::digits;
use fireside_spec::parse;

const GREY: Shape = Shape {
    channels: 1,
    height: 4,
    width: 4,
};

fn settings(table: &str) -> Augmentation {
    let words = "{ en = \"a\", zh = \"a\" }";
    let text = format!(
        "id = \"x\"\nkind = \"look\"\nchapter = 1\ntitle = {words}\nintro = {words}\ndata = {{ name = \"mnist\" }}\n\
         [augmentation]\n{table}"
    );
    let experiment = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
    experiment.augmentation.expect("the table")
}

fn changed(table: &str, draw: &Draw) -> Vec<f32> {
    let mut values: Vec<f32> = (0..16u8).map(f32::from).collect();
    Augmenter::without_rows(settings(table), 1.0, GREY).change(&mut values, draw);
    values
}

#[test]
fn a_draw_is_a_function_of_seed_epoch_and_row() {
    let all = settings(
        "rotation_range = 90\nwidth_shift_range = 0.25\nheight_shift_range = 0.5\nshear_range = 0.3\n\
         zoom_range = 0.2\nchannel_shift_range = 20\nhorizontal_flip = true\nvertical_flip = true\n\
         brightness_range = [0.5, 1.5]",
    );
    let of = |seed, epoch, row| Draw::new(&all, GREY, seed, epoch, row);
    assert_eq!(of(7, 3, 41), of(7, 3, 41));
    for other in [of(8, 3, 41), of(7, 4, 41), of(7, 3, 42)] {
        assert_ne!(of(7, 3, 41), other);
    }
    // Within their ranges, and all over them.
    let draws: Vec<Draw> = (0..2_000).map(|row| of(7, 0, row)).collect();
    let spread = |of: &dyn Fn(&Draw) -> f64, low: f64, high: f64| {
        let (least, most) = draws
            .iter()
            .map(of)
            .fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        let wide = high - low;
        assert!(
            least >= low && least < low + 0.01 * wide,
            "{least} of {low}"
        );
        assert!(
            most <= high && most > high - 0.01 * wide,
            "{most} of {high}"
        );
    };
    let quarter = std::f64::consts::FRAC_PI_2;
    spread(&|d| d.rotation, -quarter, quarter);
    spread(&|d| d.shift[0], -2.0, 2.0);
    spread(&|d| d.shift[1], -1.0, 1.0);
    spread(&|d| d.shear, -0.3, 0.3);
    spread(&|d| d.zoom[0], 0.8, 1.2);
    spread(&|d| d.zoom[1], 0.8, 1.2);
    spread(&|d| d.channels[0], -20.0, 20.0);
    spread(&|d| d.brightness, 0.5, 1.5);
    for flips in [|d: &Draw| d.horizontal_flip, |d: &Draw| d.vertical_flip] {
        let count = draws.iter().filter(|draw| flips(draw)).count();
        assert!((900..1_100).contains(&count), "{count} of 2000");
    }
    // A setting less leaves the numbers of the others as they are.
    let fewer = settings("zoom_range = 0.2\nvertical_flip = true");
    let draw = Draw::new(&fewer, GREY, 7, 3, 41);
    assert_eq!(
        (draw.zoom, draw.vertical_flip),
        (of(7, 3, 41).zoom, of(7, 3, 41).vertical_flip)
    );
    assert_eq!((draw.rotation, draw.channels.len()), (0.0, 0));
}

#[test]
fn nothing_asked_for_is_nothing_changed() {
    let plain = Augmenter::without_rows(settings(""), 4.0, GREY);
    let draw = plain.draw(7, 0, 0);
    assert_eq!(draw, Draw::default());
    let pixels: Vec<u8> = (0..16).collect();
    let expected: Vec<f32> = pixels.iter().map(|p| f32::from(*p) / 4.0).collect();
    assert_eq!(plain.picture(&pixels, Some(&draw)), expected);
    assert_eq!(plain.picture(&pixels, None), expected);
}

#[test]
fn pictures_move_turn_and_flip() {
    let up = Draw {
        shift: [1.0, 0.0],
        ..Draw::default()
    };
    let below =
        |fill: &str| changed(&format!("fill_mode = \"{fill}\"\ncval = 99"), &up)[8..].to_vec();
    let third = [12.0, 13.0, 14.0, 15.0];
    assert_eq!(below("nearest"), [third, third].concat());
    assert_eq!(below("reflect"), [third, third].concat());
    assert_eq!(below("constant"), [third, [99.0; 4]].concat());
    // The period of SciPy's wrap is one row shorter than the picture.
    assert_eq!(below("wrap"), [third, [4.0, 5.0, 6.0, 7.0]].concat());
    // Half a turn about Keras's centre moves by two cells: only the lower right comes from inside.
    let half = Draw {
        rotation: std::f64::consts::PI,
        ..Draw::default()
    };
    let turned = changed("", &half);
    assert_eq!(turned[10..12], [15.0, 14.0]);
    assert_eq!(turned[14..16], [11.0, 10.0]);
    assert_eq!(turned[..2], [15.0, 15.0]);
    let flipped = |horizontal_flip, vertical_flip| {
        let draw = Draw {
            horizontal_flip,
            vertical_flip,
            ..Draw::default()
        };
        changed("", &draw)
    };
    assert_eq!(flipped(true, false)[..4], [3.0, 2.0, 1.0, 0.0]);
    assert_eq!(flipped(false, true)[..4], [12.0, 13.0, 14.0, 15.0]);
    let both: Vec<f32> = (0..16u8).rev().map(f32::from).collect();
    assert_eq!(flipped(true, true), both);
}

#[test]
fn brightness_multiplies_up_to_white() {
    let bright = Draw {
        brightness: 2.0,
        ..Draw::default()
    };
    let mut values = vec![0.25, 0.75];
    let shape = Shape {
        channels: 1,
        height: 1,
        width: 2,
    };
    Augmenter::without_rows(settings(""), 255.0, shape).change(&mut values, &bright);
    assert_eq!(values, [0.5, 1.0]);
}

/// After whitening, the covariance of the rows is the identity, up to epsilon and to cells that never have ink.
#[test]
fn whitened_digits_have_no_common_parts() {
    let [digits, _] = digits::parts(7, 400, 0);
    let rows: Vec<u32> = (0..400).collect();
    let table = "featurewise_center = true\nzca_whitening = true\nzca_epsilon = 1e-6";
    // A window of the middle: 8 x 8 cells.
    let small = window(&digits, 10, 8);
    let augmenter = Augmenter::new(settings(table), 255.0, &small, &rows);
    let white: Vec<Vec<f32>> = rows
        .iter()
        .map(|row| augmenter.picture(small.row(*row as usize), None))
        .collect();
    let moment = |i: usize, j: usize| -> f64 {
        let products = white.iter().map(|w| f64::from(w[i]) * f64::from(w[j]));
        products.sum::<f64>() / 400.0
    };
    for i in 0..64 {
        for j in 0..i {
            assert!(moment(i, j).abs() < 0.01, "{i} {j}: {}", moment(i, j));
        }
        assert!(
            (0.99..1.01).contains(&moment(i, i)),
            "{i}: {}",
            moment(i, i)
        );
    }
}

/// Cells `from..from + size` of rows and columns.
fn window(pictures: &Pictures, from: usize, size: usize) -> Pictures {
    let mut pixels = Vec::new();
    for row in 0..pictures.rows() {
        for line in pictures
            .row(row)
            .chunks_exact(pictures.shape().width)
            .skip(from)
            .take(size)
        {
            pixels.extend_from_slice(&line[from..from + size]);
        }
    }
    let shape = Shape {
        channels: 1,
        height: size,
        width: size,
    };
    Pictures::new("window", shape, 10, pixels, pictures.labels().to_vec()).expect("a window")
}

#[test]
fn what_was_learned_stays_as_long_as_it_is_asked_for_alike() {
    let rows = Pictures::new("f", GREY, 1, vec![9; 32], vec![0; 2]).expect("two pictures");
    let center = "featurewise_center = true\n";
    let mut augmenter = Augmenter::new(settings(center), 1.0, &rows, &[0, 1]);
    assert!(augmenter.adjust(settings(&format!("{center}rotation_range = 30")), 1.0, 2));
    assert_ne!(augmenter.draw(7, 0, 0).rotation, 0.0);
    assert_eq!(augmenter.picture(rows.row(0), None), [0.0; 16]);
    assert!(!augmenter.adjust(settings(center), 2.0, 2));
    assert!(!augmenter.adjust(settings(""), 1.0, 2));
    assert!(!augmenter.adjust(settings(center), 1.0, 1));
}
