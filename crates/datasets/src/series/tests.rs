use super::*;
use fireside_spec::preparation::Scaling;

/// One column 0, 1, 2, ...
fn counted(instants: usize) -> Series {
    let values = (0..instants).map(|v| v as f32).collect();
    let times = (0..instants).map(|v| v.to_string()).collect();
    Series::new(vec!["x".into()], values, times).unwrap()
}

fn targets(table: &Table) -> Vec<f32> {
    let targets = (0..table.targets().rows()).map(|row| match table.targets().get(row) {
        Some(crate::targets::Target::Values([value])) => *value,
        other => panic!("{other:?}"),
    });
    targets.collect()
}

#[test]
fn windows_are_cut_in_each_part_and_their_last_pair_may_be_lost() {
    let mut options = Preparation {
        look_back: 3,
        ..Preparation::default()
    };
    let windows = counted(10).windows(&options, 0.6).unwrap();
    assert_eq!(windows.train.values(), [0., 1., 2., 1., 2., 3., 2., 3., 4.]);
    assert_eq!(targets(&windows.train), [3., 4., 5.]);
    assert_eq!(windows.test.values(), [6., 7., 8.]);
    assert_eq!(targets(&windows.test), [9.]);
    assert_eq!(windows.train.columns(), ["x(t-2)", "x(t-1)", "x(t)"]);
    assert_eq!((windows.train.steps(), windows.inverse), (0, None));
    options.drop_last_pair = true;
    options.train_fraction = Some(0.5);
    let windows = counted(10).windows(&options, 0.6).unwrap();
    assert_eq!(
        (targets(&windows.train), targets(&windows.test)),
        (vec![3.], vec![8.])
    );
    options.horizon = 2;
    options.drop_last_pair = false;
    let windows = counted(10).windows(&options, 0.6).unwrap();
    assert_eq!(
        (targets(&windows.train), targets(&windows.test)),
        (vec![4.], vec![9.])
    );
    // Windows over everything, then the cut: the first test window begins in the training part's values.
    options = Preparation {
        look_back: 3,
        split_at: SplitAt::Windows,
        test_rows: 2,
        ..Preparation::default()
    };
    let windows = counted(10).windows(&options, 0.6).unwrap();
    assert_eq!(targets(&windows.train), [3., 4., 5., 6.]);
    assert_eq!(windows.test.values(), [5., 6., 7., 6., 7., 8.]);
    assert_eq!(targets(&windows.test), [8., 9.]);
}

#[test]
fn windows_are_features_or_steps() {
    let values = vec![1., 10., 2., 20., 3., 30., 4., 40.];
    let times = (0..4).map(|v| v.to_string()).collect();
    let series = Series::new(vec!["a".into(), "b".into()], values, times).unwrap();
    let rows = |window| {
        let options = Preparation {
            look_back: 2,
            window,
            ..Preparation::default()
        };
        series.windows(&options, 1.0).unwrap().train
    };
    for (window, steps, columns) in [
        (Window::Flat, 0, vec!["a(t-1)", "b(t-1)", "a(t)", "b(t)"]),
        (
            Window::Features,
            1,
            vec!["a(t-1)", "b(t-1)", "a(t)", "b(t)"],
        ),
        (Window::Steps, 2, vec!["a", "b"]),
    ] {
        let table = rows(window);
        // Oldest first, all columns of an instant together: the same numbers each way.
        assert_eq!(table.values(), [1., 10., 2., 20., 2., 20., 3., 30.]);
        assert_eq!(targets(&table), [3., 4.]);
        assert_eq!((table.steps(), table.width()), (steps, 4));
        assert_eq!(table.columns(), columns);
        let options = Preparation {
            look_back: 2,
            window,
            ..Preparation::default()
        };
        assert_eq!(window_shape(2, &options), table.shape());
    }
}

#[test]
fn scalers_learn_from_the_rows_that_they_may_see() {
    let scaled = |scaler_rows, split_at| {
        let options = Preparation {
            scaler: Scaling::MinMax,
            scaler_rows,
            split_at,
            scale_targets: true,
            ..Preparation::default()
        };
        let windows = counted(11).windows(&options, 0.5).unwrap();
        let scaler = windows.inverse.unwrap();
        let mut back = targets(&windows.test);
        scaler.inverse(&mut back);
        (
            windows.train.values().to_vec(),
            windows.test.values().to_vec(),
            back,
        )
    };
    // Before the cut lie 0 to 4, after it 5 to 10.
    let (train, test, back) = scaled(ScalerRows::Train, SplitAt::Series);
    assert_eq!(train, [0.0, 0.25, 0.5, 0.75]);
    assert_eq!(test, [1.25, 1.5, 1.75, 2.0, 2.25]);
    assert_eq!(back, [6., 7., 8., 9., 10.]);
    let (train, test, back) = scaled(ScalerRows::All, SplitAt::Series);
    assert_eq!(train, [0.0, 0.1, 0.2, 0.3]);
    assert_eq!(test, [0.5, 0.6, 0.7, 0.8, 0.9]);
    assert_eq!(back, [6., 7., 8., 9., 10.]);
    let (train, test, back) = scaled(ScalerRows::Each, SplitAt::Series);
    assert_eq!(train, [0.0, 0.25, 0.5, 0.75]);
    assert_eq!(test, [0.0, 0.2, 0.4, 0.6, 0.8]);
    assert_eq!(back, [6., 7., 8., 9., 10.]);
    // Windows over everything: 5 before the cut (inputs 0 to 4), 5 after it (5 to 9).
    let (train, test, _) = scaled(ScalerRows::Each, SplitAt::Windows);
    assert_eq!(train, [0.0, 0.25, 0.5, 0.75, 1.0]);
    assert_eq!(test, [0.0, 0.25, 0.5, 0.75, 1.0]);
}

#[test]
fn gaps_are_filled_with_means() {
    let values = vec![f32::NAN, 2., 4., f32::NAN, 12., f32::NAN];
    let times: Vec<String> = (0..6).map(|v| v.to_string()).collect();
    let series = Series::new(vec!["x".into()], values, times.clone()).unwrap();
    let inputs = |missing| {
        let options = Preparation {
            missing,
            ..Preparation::default()
        };
        let windows = series.windows(&options, 0.5).unwrap();
        [windows.train.values(), windows.test.values()].concat()
    };
    assert_eq!(inputs(Missing::TrainMean), [3., 2., 3., 12.]);
    assert_eq!(inputs(Missing::Mean), [6., 2., 6., 12.]);
    let empty = Series::new(vec!["x".into()], vec![f32::NAN; 6], times).unwrap();
    let windows = empty.windows(&Preparation::default(), 0.5).unwrap();
    assert!(windows.train.values().iter().all(|value| *value == 0.0));
}

#[test]
fn what_a_series_cannot_give_is_told() {
    let code = |instants, options: &Preparation| {
        counted(instants)
            .windows(options, 0.5)
            .map(|_| ())
            .map_err(|e| e.code())
    };
    let wrong = Err("option_out_of_range");
    assert_eq!(code(0, &Preparation::default()), wrong);
    assert_eq!(code(3, &Preparation::default()), wrong);
    assert_eq!(code(4, &Preparation::default()), Ok(()));
    let mut options = Preparation {
        look_back: 10_000,
        horizon: 10_000,
        ..Preparation::default()
    };
    assert_eq!(code(30_000, &options), wrong);
    // 512 MB of windows.
    options.horizon = 1;
    assert_eq!(code(30_000, &options), wrong);
    assert!(Series::new(vec!["x".into()], vec![0.0; 3], vec![String::new()]).is_err());
}
