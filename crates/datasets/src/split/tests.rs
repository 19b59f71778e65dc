use super::*;

/// Every row exactly once, in one part or the other.
fn whole(split: &Split, rows: usize) {
    let mut all = [&split.train[..], &split.test].concat();
    all.sort_unstable();
    assert_eq!(all, (0..rows as u32).collect::<Vec<_>>());
}

fn count(rows: &[u32], labels: &[usize], class: usize) -> usize {
    rows.iter()
        .filter(|row| labels[**row as usize] == class)
        .count()
}

/// Labels of some 20 to 400 rows in 1 to 5 uneven classes, of 200 data sets.
fn many() -> impl Iterator<Item = (u32, usize, Vec<usize>)> {
    (0..200).map(|case| {
        let dice = Stream::new(case, Purpose::Sample, 77, 0);
        let rows = 20 + (dice.word(0) % 380) as usize;
        let classes = 1 + (dice.word(1) % 5) as usize;
        let label = |row: u32| {
            let share = dice.uniform(10 + row);
            ((share * share * classes as f32) as usize).min(classes - 1)
        };
        (case, classes, (0..rows as u32).map(label).collect())
    })
}

#[test]
fn counts_are_those_of_the_sources() {
    // Pima: 768 rows, a fifth held out, as chapter 5 does both ways.
    let parts = |split: &Split| (split.train.len(), split.test.len());
    assert_eq!(parts(&hold_out(768, 0.2, 7).unwrap()), (614, 154));
    let last = validation_split(768, 0.2).unwrap();
    assert_eq!(parts(&last), (614, 154));
    assert_eq!((last.train[0], last.test[0]), (0, 614));
    // Airline: 96 of 144.
    assert_eq!(parts(&ordered(144, 96)), (96, 48));
    // Ten folds of Pima with 268 positives: 8 of 77 rows with 27, 2 of 76 with 26.
    let labels: Vec<usize> = (0..768)
        .map(|row| usize::from(row % 20 < 7 && row < 766))
        .collect();
    let positives = labels.iter().sum::<usize>();
    let folds = k_fold_stratified(&labels, 2, 10, Some(7)).unwrap();
    for fold in &folds {
        let share = count(&fold.test, &labels, 1);
        assert!((positives / 10..=positives / 10 + 1).contains(&share));
    }
    let sizes: Vec<usize> = folds.iter().map(|fold| fold.test.len()).collect();
    assert_eq!(
        (sizes.iter().sum::<usize>(), sizes.iter().max()),
        (768, Some(&77))
    );
}

#[test]
fn a_hold_out_keeps_every_row_once_and_its_proportions() {
    for (seed, classes, labels) in many() {
        let rows = labels.len();
        let test = 0.1 + f64::from(seed % 8) / 10.0;
        let plain = hold_out(rows, test, seed).unwrap();
        whole(&plain, rows);
        assert_eq!(plain.test.len(), (rows as f64 * test).ceil() as usize);
        assert_eq!(plain, hold_out(rows, test, seed).unwrap());
        assert_ne!(plain, hold_out(rows, test, seed + 1).unwrap());
        let stratified = hold_out_stratified(&labels, classes, test, seed).unwrap();
        whole(&stratified, rows);
        assert_eq!(stratified.test.len(), plain.test.len());
        assert_eq!(
            stratified,
            hold_out_stratified(&labels, classes, test, seed).unwrap()
        );
        let share = stratified.test.len() as f64 / rows as f64;
        for class in 0..classes {
            let all = labels.iter().filter(|label| **label == class).count();
            let found = count(&stratified.test, &labels, class) as f64;
            assert!((found - all as f64 * share).abs() < 1.0, "{seed} {class}");
        }
    }
}

#[test]
fn groups_stay_together() {
    for (seed, _, labels) in many() {
        let groups: Vec<u32> = (0..labels.len() as u32).map(|row| row / 7 * 3).collect();
        let split = hold_out_groups(&groups, 0.25, seed).unwrap();
        whole(&split, labels.len());
        let of = |rows: &[u32]| {
            let mut of: Vec<u32> = rows.iter().map(|row| groups[*row as usize]).collect();
            of.dedup();
            of
        };
        let (train, test) = (of(&split.train), of(&split.test));
        assert!(test.iter().all(|group| !train.contains(group)));
        assert_eq!(test.len(), (train.len() + test.len()).div_ceil(4));
        assert_eq!(split, hold_out_groups(&groups, 0.25, seed).unwrap());
    }
}

#[test]
fn folds_test_every_row_once() {
    for (case, classes, labels) in many() {
        let rows = labels.len();
        let counts: Vec<usize> = (0..classes)
            .map(|class| labels.iter().filter(|label| **label == class).count())
            .collect();
        let folds = 2 + case as usize % 9;
        for seed in [None, Some(case)] {
            let plain = k_fold(rows, folds, seed).unwrap();
            let stratified = k_fold_stratified(&labels, classes, folds, seed);
            if folds > *counts.iter().max().unwrap() {
                assert!(stratified.is_err());
                continue;
            }
            let stratified = stratified.unwrap();
            for fold in &stratified {
                for (class, all) in counts.iter().enumerate() {
                    let found = count(&fold.test, &labels, class);
                    assert!(
                        found == all / folds || found == all.div_ceil(folds),
                        "{case}"
                    );
                }
            }
            assert_eq!(
                stratified,
                k_fold_stratified(&labels, classes, folds, seed).unwrap()
            );
            for all in [plain, stratified] {
                assert_eq!(all.len(), folds);
                let mut tested: Vec<u32> =
                    all.iter().flat_map(|fold| &fold.test).copied().collect();
                tested.sort_unstable();
                assert_eq!(tested, (0..rows as u32).collect::<Vec<_>>());
                for fold in &all {
                    whole(fold, rows);
                    let size = fold.test.len();
                    assert!(
                        size == rows / folds || size == rows.div_ceil(folds),
                        "{case} {size}"
                    );
                }
            }
        }
        assert_ne!(k_fold(rows, 2, Some(case)), k_fold(rows, 2, Some(case + 1)));
    }
}

#[test]
fn unshuffled_folds_are_scikit_learn_s() {
    // KFold(3) on 8 rows; StratifiedKFold(3) on these labels (scikit-learn 1.9.1).
    let tests = |folds: Vec<Split>| folds.into_iter().map(|f| f.test).collect::<Vec<_>>();
    assert_eq!(
        tests(k_fold(8, 3, None).unwrap()),
        [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7]]
    );
    let labels = [1, 1, 0, 2, 1, 0, 0, 1, 0, 1, 2, 0, 1, 2];
    assert_eq!(
        tests(k_fold_stratified(&labels, 3, 3, None).unwrap()),
        [
            vec![0, 1, 2, 3, 5],
            vec![4, 6, 7, 8, 10],
            vec![9, 11, 12, 13]
        ]
    );
}

#[test]
fn what_cannot_be_cut_is_told() {
    let code = |result: Result<Split, DataError>| result.map_err(|e| e.code()).err();
    let folds = |result: Result<Vec<Split>, DataError>| result.map_err(|e| e.code()).err();
    let wrong = Some("option_out_of_range");
    assert_eq!(code(hold_out(0, 0.5, 7)), wrong);
    assert_eq!(code(hold_out(1, 0.5, 7)), wrong);
    assert_eq!(code(hold_out(9, 0.0, 7)), wrong);
    assert_eq!(code(hold_out(9, f64::NAN, 7)), wrong);
    assert_eq!(code(hold_out(9, 7.0, 7)), wrong);
    assert_eq!(code(validation_split(1, 0.2)), wrong);
    assert_eq!(code(hold_out_groups(&[4; 9], 0.5, 7)), wrong);
    assert_eq!(code(hold_out_stratified(&[], 0, 0.5, 7)), wrong);
    assert_eq!(folds(k_fold(5, 1, None)), wrong);
    assert_eq!(folds(k_fold(5, 6, None)), wrong);
    assert_eq!(folds(k_fold_stratified(&[0, 1, 0, 1], 2, 3, None)), wrong);
    assert_eq!(folds(k_fold_stratified(&[], 0, 3, None)), wrong);
    // Labels beyond the stated classes do no harm.
    assert!(hold_out_stratified(&[0, 9, 3, 1], 2, 0.5, 7).is_ok());
}
