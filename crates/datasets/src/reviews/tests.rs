use super::*;

fn reviews() -> Reviews {
    let mut texts = TokenLists::default();
    for (ids, end) in [(1, false), (4996, false), (4997, true), (9, true)] {
        texts.push(ids);
        if end {
            texts.end_row();
        }
    }
    texts.end_row();
    let part = ReviewPart::new("f", texts, vec![1, 0, 1], 2).unwrap();
    Reviews {
        train: part.clone(),
        test: part,
        words: ["the", "and", "film"].map(String::from).to_vec(),
    }
}

#[test]
fn ranks_become_keras_s_ids() {
    let ids = |ranks: &[u32], skip, bound| Reviews::ids(ranks, skip, bound).collect::<Vec<_>>();
    // 5000 words keep ranks 1 to 4996.
    assert_eq!(ids(&[1, 4996, 4997], 0, 5000), [1, 4, 4999, 2]);
    assert_eq!(ids(&[1, 4996, 4997], 5, 5000), [2, 2, 4999, 2]);
    assert_eq!(ids(&[], 0, 5000), [1]);
    assert_eq!(ids(&[u32::MAX], 0, usize::MAX >> 1).len(), 2);
}

#[test]
fn rows_are_cut_and_filled_where_the_options_say() {
    let rows = |maxlen, truncating, padding| {
        let options = Preparation {
            num_words: 5000,
            maxlen,
            truncating,
            padding,
            ..Preparation::default()
        };
        reviews().rows(&options).unwrap().train.ids().to_vec()
    };
    // What keras.preprocessing.sequence.pad_sequences gives for [[1, 4, 4999, 2], [1, 12], [1]].
    let (pre, post) = (Side::Pre, Side::Post);
    assert_eq!(rows(3, pre, pre), [4, 4999, 2, 0, 1, 12, 0, 0, 1]);
    assert_eq!(rows(3, post, post), [1, 4, 4999, 1, 12, 0, 1, 0, 0]);
    assert_eq!(rows(3, pre, post), [4, 4999, 2, 1, 12, 0, 1, 0, 0]);
    assert_eq!(rows(0, pre, pre), [1, 4, 4999, 2, 0, 0, 1, 12, 0, 0, 0, 1]);
    assert_eq!(rows(1, pre, pre), [2, 12, 1]);
    let all = reviews().rows(&Preparation::default()).unwrap();
    // Without a bound the largest id is unknown.
    assert_eq!(all.train.vocabulary(), 5000);
    assert_eq!(all.train.row(0), [1, 4, 4999, 2]);
    assert_eq!(all.train.targets().labels(), [1, 0, 1]);
    let words = all.vocabulary.unwrap();
    // With the start mark, and without the comma, as the file has it.
    assert_eq!(words.encode("The film, it is"), [1, 4, 6, 2, 2]);
    assert_eq!(words.decode(&[1, 4, 2]), "<start> the <unknown>");
}

#[test]
fn what_does_not_fit_is_told() {
    let texts = reviews().train.texts().clone();
    let code = |labels: Vec<u16>| {
        ReviewPart::new("f", texts.clone(), labels, 2)
            .map(|_| ())
            .map_err(|e| e.code())
    };
    assert_eq!(code(vec![1, 0]), Err("length_mismatch"));
    assert_eq!(code(vec![1, 0, 2]), Err("label_out_of_range"));
    let mut many = TokenLists::default();
    (0..20_000).for_each(|_| many.end_row());
    let part = ReviewPart::new("f", many, vec![0; 20_000], 2).unwrap();
    let reviews = Reviews {
        train: part.clone(),
        test: part,
        words: Vec::new(),
    };
    let options = Preparation {
        maxlen: 10_000,
        ..Preparation::default()
    };
    let error = reviews.rows(&options).unwrap_err();
    assert_eq!(
        (error.code(), &error.args()["most"][..]),
        ("option_out_of_range", "3355")
    );
    assert!(
        reviews
            .rows(&Preparation::default())
            .unwrap()
            .vocabulary
            .is_none()
    );
}
